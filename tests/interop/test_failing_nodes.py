"""A node fails in the middle of opcodes: what becomes of them with Ganeti's job daemon, and with ours.

The node is a simulated one beside the real ones, which does wrong what it is told to.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve

from ganeti_lite.simulator.noded import FaultOrder, NodeControl
from ganeti_lite.simulator.root import write_config

from .carry_out import JobDaemon, Outcome
from .conftest import short_folder
from .isolated import PROJECT
from .job_orders import Chapter
from .job_orders.additions import add_mirrored, add_node
from .job_orders.failures import ALIAS, ALLOCATORS, BOUND, CROSSED, NODE, PAIRED, STEPS, Step
from .luxi import Connection
from .odd_configs import JsonObject, add_instance, primary_key
from .processes import serving
from .reference_cluster import ReferenceCluster
from .tally import Tally
from .two_job_daemons import by_both, compare_outcomes

pytestmark = pytest.mark.interop

SUBJECT: Final = "opcodes while a node fails, by Ganeti's daemons and by ours"
ADDRESS: Final = "198.18.0.96"


def add_weak_node(config: JsonObject) -> None:
    """Adds the node, which is no candidate, and instances that are on it."""
    weak = add_node(config, NODE, ADDRESS, offline=False, master_candidate=False)
    node1 = primary_key(config, "nodes", "node1.example.com")
    add_mirrored(config, PAIRED, node1, weak)
    add_mirrored(config, CROSSED, weak, node1)
    add_instance(config, BOUND, primary_node=weak, hypervisor="kvm", hvparams={"cpu_mask": "0"})


@contextmanager
def weak_node(reference: ReferenceCluster, config: JsonObject, root: Path) -> Iterator[NodeControl]:
    """The node's daemon, which starts anew with each block; its machine is as fresh."""
    uuid = primary_key(config, "nodes", NODE)
    alone = {"nodes": {uuid: config["nodes"][uuid]}, "cluster": config["cluster"] | {"master_node": uuid}}
    paths = write_config(root / NODE, config | alone | {"instances": {}, "disks": {}})
    for name in ("server.pem", "client.pem", "ssconf_master_candidates_certs"):
        shutil.copy(reference.root / "var/lib/ganeti" / name, paths.root / "var/lib/ganeti" / name)
    within = ["ip", "netns", "exec", reference.namespace]
    command = [*within, sys.executable, "-m", "ganeti_lite.simulator.noded", "--root", str(paths.root)]
    log = paths.log_dir / "node-daemons.log"
    environment = {"PYTHONPATH": str(PROJECT)}
    with (
        own_address(reference),
        serving(command, path=paths.node_control, log=log, environment=environment),
        NodeControl(paths.node_control) as control,
    ):
        yield control


@contextmanager
def own_address(reference: ReferenceCluster) -> Iterator[None]:
    """The node has its address, and its name is known, as is a host's that has two."""

    def change(action: str) -> None:
        subprocess.run(["ip", "-n", reference.namespace, "address", action, f"{ADDRESS}/32", "dev", "lo"], check=True)

    hosts = Path("/etc/netns", reference.namespace, "hosts")
    known = hosts.read_text()
    change("add")
    try:
        hosts.write_text(f"{known}{ADDRESS} {NODE}\n198.18.0.95 canonical.example.com {ALIAS}\n")
        yield
    finally:
        hosts.write_text(known)
        change("del")


@contextmanager
def allocators() -> Iterator[None]:
    """Programs that are no good allocators are where the master's node daemon looks for some."""
    folder = Path("/usr/local/lib/ganeti/iallocators")
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    paths = {folder / name: text for name, text in ALLOCATORS.items()}
    try:
        for path, text in paths.items():
            path.write_text(f"#!/bin/sh\necho '{text}'\n")
            path.chmod(0o755)
        yield
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
        if is_new:
            folder.rmdir()


def carry_out(daemon: JobDaemon, control: NodeControl, step: Step) -> Outcome:
    """What becomes of one opcode."""
    control.order([FaultOrder.from_text(f"{NODE}/{fault}") for fault in step.faults])
    outcome, _ = daemon.carry_out(Chapter(before=(step.opcode,)))
    return evolve(outcome, correction=step.correction)


def test_opcodes_fail_as_with_ganeti(reference: ReferenceCluster, folder: Path, tally: Tally) -> None:
    """Same error, same log, same changes of the configuration, whatever the node does."""

    def carry_all_out(config: bytes) -> list[Outcome]:
        with (
            allocators(),
            short_folder() as root,
            weak_node(reference, json.loads(config), root) as control,
            Connection(reference.query_socket) as connection,
        ):
            daemon = JobDaemon(connection, reference.config)
            return [carry_out(daemon, control, step) for step in STEPS]

    real, ours = by_both(reference, folder, add_weak_node, carry_all_out)
    tally.check(SUBJECT, compare_outcomes("reference", real, ours))
