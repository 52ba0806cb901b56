"""Builds a reference cluster from nothing but Debian's packages, and takes it down again.

Needs root. Everything it makes is below the cluster's base directory and in its network namespace, and goes with them.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .processes import end_processes
from .reference_cluster import DOMAIN, LIBRARY, NODES, ReferenceCluster, node_name
from .reference_content import fill

MASTER_ADDRESS: Final = "198.18.0.1"
NODE_ADDRESSES: Final = {number: f"198.18.0.{9 + number}" for number in range(1, NODES + 1)}
"""Of the range for tests of networks; they exist inside the namespace only, on its loopback interface."""

FILE_STORAGE: Final = Path("/srv/ganeti/file-storage")

BOUNDS: Final = (
    "min:disk-size=0,cpu-count=1,disk-count=0,memory-size=1,nic-count=0,spindle-use=0/"
    "max:disk-size=1048576,cpu-count=8,disk-count=16,memory-size=32768,nic-count=8,spindle-use=12"
)
"""So that the smallest of instances may live there."""

DAEMON_OPTIONS: Final = """\
NODED_ARGS='--no-mlock -b {address}'
RAPI_ARGS='-b {address}'
CONFD_ARGS='-b {address}'
LUXID_ARGS='--no-voting --yes-do-it'
export GANETI_ROOTDIR={root}
export GANETI_HOSTNAME={name}
"""
"""What daemon-util reads in a node's /etc/default/ganeti."""

NODE_COMMAND: Final = """\
#!/bin/bash
export GANETI_ROOTDIR={root} GANETI_HOSTNAME={name}
exec bash -c "$*"
"""
"""The program that Ganeti itself expects in each virtual node's tree, and runs through ssh."""


def is_to_be_kept() -> bool:
    """Whether a developer wants to find the cluster again."""
    return os.environ.get("GANETI_LITE_KEEP_REFERENCE") == "1"


@contextmanager
def standing(cluster: ReferenceCluster, *, keep: bool) -> Iterator[ReferenceCluster]:
    """The cluster, built unless it is up already, for as long as the block lasts; ``keep`` leaves it standing.

    Whoever else wants the same cluster waits until the block ends.
    """
    with alone(cluster):
        try:
            if not cluster.is_serving():
                take_down(cluster)
                build(cluster)
            yield cluster
        finally:
            if not keep:
                take_down(cluster)


@contextmanager
def alone(cluster: ReferenceCluster) -> Iterator[None]:
    """Wait until no other process is in such a block for the same cluster, and keep others out."""
    descriptor = os.open(Path("/run/lock", cluster.namespace), os.O_RDONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def build(cluster: ReferenceCluster) -> None:
    """Make namespace, trees and cluster, and fill it; takes about a minute."""
    make_namespace(cluster)
    for number in NODE_ADDRESSES:
        make_node(cluster, number)
    stand_in_for_ssh(cluster)
    initialize(cluster)
    fill(cluster)


def take_down(cluster: ReferenceCluster) -> None:
    """End all of its processes and remove everything it consists of; nothing to do if there is nothing."""
    names = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout.split()
    if cluster.namespace in names:
        found = subprocess.run(["ip", "netns", "pids", cluster.namespace], check=True, capture_output=True, text=True)
        end_processes([int(pid) for pid in found.stdout.split()])
        ip("netns", "delete", cluster.namespace)
    for folder in (cluster.base, Path("/etc/netns") / cluster.namespace):
        shutil.rmtree(folder, ignore_errors=True)


def ip(*arguments: str) -> None:
    """Run the tool of that name."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=30)


def make_namespace(cluster: ReferenceCluster) -> None:
    """A network with the nodes' addresses, in which the cluster's names are known."""
    hosts = ["127.0.0.1 localhost", f"{MASTER_ADDRESS} cluster.{DOMAIN}"]
    hosts += [f"{address} {node_name(number)} node{number}" for number, address in NODE_ADDRESSES.items()]
    folder = Path("/etc/netns") / cluster.namespace
    folder.mkdir(parents=True)
    (folder / "hosts").write_text("\n".join(hosts) + "\n")
    ip("netns", "add", cluster.namespace)
    ip("-n", cluster.namespace, "link", "set", "lo", "up")
    for address in NODE_ADDRESSES.values():
        ip("-n", cluster.namespace, "address", "add", f"{address}/32", "dev", "lo")


def make_node(cluster: ReferenceCluster, number: int) -> None:
    """The tree of one node, with the owners and modes that Ganeti wants."""
    root, name = cluster.node_root(number), node_name(number)
    for folder in ("etc/default", "etc/ganeti", "var/lock", "var/lib/ganeti", "var/log/ganeti", "var/run/ganeti"):
        (root / folder).mkdir(parents=True)
    for folder in ("file-storage", "export"):
        (root / "srv/ganeti" / folder).mkdir(parents=True)
    FILE_STORAGE.mkdir(parents=True, exist_ok=True)  # Ganeti checks the path as it is, without the node's root
    (root / "etc/ganeti/file-storage-paths").write_text(f"{FILE_STORAGE}\n")
    quoted = {"root": shlex.quote(str(root)), "name": name, "address": NODE_ADDRESSES[number]}
    (root / "etc/default/ganeti").write_text(DAEMON_OPTIONS.format(**quoted))
    write_program(root / "cmd", NODE_COMMAND.format(**quoted))
    environment = {"GANETI_ROOTDIR": str(root), "GANETI_HOSTNAME": name, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    subprocess.run([LIBRARY / "ensure-dirs"], env=environment, check=True, capture_output=True, timeout=60)


def write_program(path: Path, text: str) -> None:
    """An executable file."""
    path.write_text(text)
    path.chmod(0o755)


def stand_in_for_ssh(cluster: ReferenceCluster) -> None:
    """Every node is this machine, so ssh to a node just runs the command."""
    program = shlex.join([sys.executable, str(Path(__file__).with_name("ssh_stand_in.py"))])
    (cluster.base / "bin").mkdir()
    write_program(cluster.base / "bin/ssh", f'#!/bin/sh\nexec {program} run "$@"\n')
    subprocess.Popen(
        ["ip", "netns", "exec", cluster.namespace, *shlex.split(program), "listen"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def initialize(cluster: ReferenceCluster) -> None:
    """A cluster of all the nodes, with the fake hypervisor."""
    cluster.demand(
        *("gnt-cluster", "init", "--no-etc-hosts", "--no-ssh-init", "--master-netdev=lo"),
        *("--enabled-disk-templates=diskless,file", f"--file-storage-dir={FILE_STORAGE}"),
        *("--enabled-hypervisors=fake", "--nic-parameters=mode=routed,link=100"),
        *(f"--ipolicy-bounds-specs={BOUNDS}", f"cluster.{DOMAIN}"),
    )
    for number in range(2, NODES + 1):
        cluster.demand("gnt-node", "add", "--no-node-setup", "--no-ssh-key-check", node_name(number))
