"""A day's commands with both of our daemons: questions go to one, jobs to the other, and each sees what is done."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ganeti_lite.commands.definitions import Outcome
from ganeti_lite.commands.program import run
from ganeti_lite.simulator import ClusterPaths
from tests.confd.daemons import command_line, environment_of
from tests.interop.processes import serving
from tests.masterd.daemons import job_cluster

from .conftest import RecordedConsole
from .programs import PROGRAMS

RULE: Final = "12345678-1234-1234-1234-123456789012"
NO_DELAYS: Final = '[["opcode", ["=", "OP_ID", "OP_TEST_DELAY"]]]'

DAY: Final[Sequence[tuple[str, int, list[str] | None]]] = (
    ("gnt-debug delay 0.01", 0, []),
    ("gnt-group add --alloc-policy=last_resort fresh", 0, []),
    ("gnt-group list --no-headers -o name,alloc_policy fresh", 0, ["fresh last_resort"]),
    ("gnt-group modify --alloc-policy=unallocable fresh", 0, []),
    ("gnt-group rename fresh stale", 0, []),
    ("gnt-group add-tags stale old dusty", 0, []),
    ("gnt-group list-tags stale", 0, ["dusty", "old"]),
    ("gnt-group remove stale", 0, []),
    ("gnt-group remove stale", 1, []),
    ("gnt-network add --network=192.0.2.0/28 --gateway=192.0.2.1 dmz", 0, []),
    ("gnt-network connect -N mode=bridged,link=br7 dmz", 0, []),
    ("gnt-network list --no-headers -o name,network,gateway dmz", 0, ["dmz 192.0.2.0/28 192.0.2.1"]),
    ("gnt-network disconnect dmz", 0, []),
    ("gnt-network remove dmz", 0, []),
    ("gnt-cluster add-tags production", 0, []),
    ("gnt-cluster search-tags ^production$", 0, ["/cluster production"]),
    ("gnt-cluster queue drain", 0, []),
    ("gnt-cluster queue info", 0, ["The drain flag is set"]),
    ("gnt-debug delay 0.01", 1, []),
    ("gnt-cluster queue undrain", 0, []),
    ("gnt-cluster queue info", 0, ["The drain flag is unset"]),
    (f"gnt-filter replace --priority=3 --action=PAUSE --predicates='{NO_DELAYS}' {RULE}", 0, [RULE]),
    (f"gnt-filter list --no-headers -o priority,action {RULE}", 0, ["3 PAUSE"]),
    ("gnt-debug delay --submit 5", 0, []),
    ("gnt-job cancel --force --pending", 0, None),
    (f"gnt-filter delete {RULE}", 0, []),
    ("gnt-job list --no-headers -o status,summary --pending", 0, []),
    ("gnt-job watch 2", 0, ["Output from job 2 follows", "-------------------------"]),
    ("gnt-debug locks --no-headers -o name,owner", 0, None),
)
"""Command lines with their exit codes, and what they print if that is always the same."""


@pytest.fixture(scope="module")
def daemons() -> Iterator[ClusterPaths]:
    """A made-up cluster with both daemons, and nodes that answer."""
    with TemporaryDirectory(prefix="gl") as folder, job_cluster(Path(folder)) as cluster:
        cluster.start()
        paths = cluster.paths
        command = command_line(paths, "--node-port", str(cluster.port))
        environment = environment_of(paths.master_name)
        with serving(command, path=paths.query_socket, log=paths.root / "confd.log", environment=environment):
            yield paths


def call(paths: ClusterPaths, line: str) -> tuple[Outcome, list[str]]:
    """How a command line ends, and all that it prints."""
    name, *words = shlex.split(line)
    program = next(program for program in PROGRAMS if program.name == name)
    console = RecordedConsole()
    outcome = run(program, words, paths.environment(), console)
    return outcome, [*console.lines, *outcome.lines]


def test_day(daemons: ClusterPaths) -> None:
    """Every command ends as it should, and what it has done is seen at once."""
    for line, exit_code, expected in DAY:
        outcome, printed = call(daemons, line)
        assert outcome.exit_code == exit_code, (line, outcome.complaints)
        assert expected is None or printed == expected, line


def test_power(daemons: ClusterPaths) -> None:
    """Instances are stopped and started, and the lists say so."""
    _, names = call(daemons, "gnt-instance list --no-headers -o name 'admin_state == \"up\"'")
    name = names[0]
    for line, states in ((f"gnt-instance stop {name}", ["down False"]), (f"gnt-instance start {name}", ["up True"])):
        outcome, _ = call(daemons, line)
        assert outcome.exit_code == 0, outcome.complaints
        _, printed = call(daemons, f"gnt-instance list --no-headers --separator=' ' -o admin_state,oper_state {name}")
        assert [text.replace("Y", "True").replace("N", "False") for text in printed] == states
