"""Both of our daemons in the place of Ganeti's own, on a real cluster: its tools and node daemons notice nothing."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest

from .compare import Comparison
from .config_changes import describe_changes
from .idle_queue import end_open_jobs
from .isolated import PROJECT, Command, our_daemon
from .processes import read_log, serving, wait_until
from .reference_cluster import ReferenceCluster
from .takeover_script import SCRIPT, settle
from .tally import Tally

pytestmark = pytest.mark.interop

SUBJECT: Final = "commands, and what they change in the configuration, by Ganeti's daemons and by ours"

ORDERS: Final[Sequence[str]] = (
    "gnt-debug delay 0.1",
    "gnt-debug delay --no-master 0.1",
    "gnt-debug delay -n node2 -n node3 0.1",
    "gnt-instance add-tags inst1 fresh new",
    "gnt-instance list-tags inst1",
    "gnt-instance list -o name,tags inst1",
    "gnt-instance remove-tags inst1 fresh",
    "gnt-instance remove-tags inst1 fresh",
    "gnt-instance remove-tags inst1 new",
    "gnt-instance add-tags inst1 'not a tag'",
    "gnt-node add-tags node2 rack1",
    "gnt-node remove-tags node2 rack1",
    "gnt-cluster add-tags production",
    "gnt-cluster search-tags .",
    "gnt-cluster remove-tags production",
    "gnt-instance stop inst1",
    "gnt-instance list -o name,status,admin_state,oper_state inst1",
    "gnt-instance start inst1",
    "gnt-instance list -o name,status,admin_state,oper_state inst1",
    "gnt-instance reboot inst1",
    "gnt-instance reboot -t soft inst1",
    "gnt-instance start nosuch",
    "gnt-instance deactivate-disks inst1",
    "gnt-cluster modify -B vcpus=2",
    "gnt-cluster modify -B vcpus=1",
    "gnt-cluster modify --candidate-pool-size=4",
    "gnt-cluster modify --candidate-pool-size=10",
    "gnt-cluster modify",
    "gnt-cluster redist-conf",
    "gnt-group assign-nodes default node2",
    "gnt-group modify default",
    "gnt-node modify node2",
    "gnt-node modify --master-candidate=no --auto-promote node4",
    "gnt-node list -o name,role",
    "gnt-node modify --master-candidate=yes node4",
    "gnt-node modify --offline=yes node1",
    *(line for line in SCRIPT if not line.startswith("gnt-cluster verify")),  # there is no unit for groups yet
)
"""Command lines that leave the cluster as they find it."""


@contextmanager
def our_daemons(reference: ReferenceCluster, folder: Path) -> Iterator[Path]:
    """Our two daemons are in the place of luxid and wconfd, for as long as the block lasts; the job daemon's log."""
    within = ["ip", "netns", "exec", reference.namespace]
    twistd = Path(sys.executable).with_name("twistd")
    log = folder / "masterd.log"
    master_socket = reference.paths.master_socket
    command: Command = [*within, twistd, "--nodaemon", "--pidfile=", "ganeti-masterd", "--root", reference.root]
    environment = {"GANETI_HOSTNAME": reference.hostname, "PYTHONPATH": str(PROJECT)}
    with ExitStack() as stack:
        for name in ("ganeti-luxid", "ganeti-wconfd"):
            reference.daemon("stop", name)
            stack.callback(reference.daemon, "start", name)
        stack.enter_context(serving(command, path=master_socket, log=log, environment=environment))
        query_socket = reference.query_socket
        forwarding = ("--forward-jobs", str(master_socket))
        stack.enter_context(our_daemon(reference.paths, query_socket, *forwarding, within=within))
        yield log
    wait_until(reference.is_serving, "luxid answers again")


Outcome = tuple[str, int, str, str, list[str]]


def run_orders(reference: ReferenceCluster) -> list[Outcome]:
    """Each command line with its exit code, what it has printed, and what it has changed in the configuration."""
    outcomes: list[Outcome] = []
    config = json.loads(reference.config.read_bytes())
    for line in ORDERS:
        done = reference.run("bash", "-c", line)
        before, config = config, json.loads(reference.config.read_bytes())
        changes = describe_changes(before, config)
        outcomes.append((line, done.returncode, settle(done.stdout), settle(done.stderr), changes))
    return outcomes


def test_orders_are_carried_out_as_ganeti_does(reference: ReferenceCluster, folder: Path, tally: Tally) -> None:
    """Debian's tools print the same and end the same, and Ganeti's own daemons go on with what ours have left."""
    end_open_jobs(reference)
    verified = reference.run("gnt-cluster", "verify").returncode
    before = run_orders(reference)
    with our_daemons(reference, folder) as log:
        behind = run_orders(reference)
        assert "Traceback" not in read_log(log), read_log(log)
    comparison = Comparison("reference")
    for (line, *expected), (_, *found) in zip(before, behind, strict=True):
        comparison.note(line, "data" if expected[0] == 0 else "failure", expected, found)
    tally.check(SUBJECT, comparison)
    assert reference.run("gnt-cluster", "verify").returncode == verified
