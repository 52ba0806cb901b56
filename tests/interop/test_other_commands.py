"""Ganeti's own tools for jobs, rules, locks, exports, tags and whole clusters print the same with both daemons."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pytest

from .compare import Comparison
from .luxi import Connection
from .reference_cluster import ReferenceCluster
from .side_by_side import SideBySide, mirror
from .tally import Tally
from .test_commands import run, without_descriptions
from .test_live import daemon_in_namespace

pytestmark = pytest.mark.interop

SUBJECT: Final = "printed by Ganeti's tools"

JOB_FIELDS: Final = (
    "id,status,summary,opstatus,opresult,oppriority,priority,opstart,opexec,opend,received_ts,start_ts,end_ts"
)

COMMANDS: Final[Sequence[str]] = (
    "gnt-job list",
    "gnt-job list --no-headers --separator=|",
    "gnt-job list --verbose -o id,nosuch,status",
    f"gnt-job list -o {JOB_FIELDS}",
    "gnt-job list -o +ops,oplog",
    "gnt-job list --archived",
    "gnt-job list --running",
    "gnt-job list --pending",
    "gnt-job list --error --verbose",
    "gnt-job list --finished",
    "gnt-job list 3 1 424242 3",
    "gnt-job list --error 1 2",
    "gnt-job list nosuch",
    "gnt-job list status=='success'",
    "gnt-job list -F received_ts>5",
    "gnt-job list -F status=5",
    "gnt-job info 1 2",
    "gnt-job info 424242",
    "gnt-job watch 1",
    "gnt-job watch 424242",
    "gnt-filter list",
    "gnt-filter list --no-headers -o uuid,priority,action",
    "gnt-filter info nosuch",
    "gnt-filter info",
    "gnt-debug locks",
    "gnt-debug locks -o name,mode --no-headers",
    "gnt-debug locks -o name,nosuch",
    "gnt-backup list",
    "gnt-backup list --node=node2",
    "gnt-backup list --node=nosuch",
    "gnt-cluster queue info",
    "gnt-cluster watcher info",
    "gnt-cluster list-tags",
    "gnt-instance list-tags inst3.example.com",
    "gnt-instance list-tags inst3",
    "gnt-instance list-tags nosuch",
    "gnt-node list-tags node2",
    "gnt-group list-tags group2",
    "gnt-group list-tags nosuch",
    "gnt-network list-tags net1",
    "gnt-node info",
    "gnt-node info node2 node5.example.com",
    "gnt-node info nosuch",
    "gnt-node list nosuch",
    "gnt-network info",
    "gnt-network info net1",
    "gnt-network info nosuch",
    "gnt-group info nosuch",
)
"""Command lines, without anything to quote."""


@pytest.fixture
def tools(reference: ReferenceCluster, folder: Any) -> Iterator[SideBySide]:
    """The real daemon and ours, each behind a root for tools."""
    ours = mirror(reference.paths, folder)
    with daemon_in_namespace(reference, folder) as socket:
        ours.query_socket.symlink_to(socket)
        yield SideBySide("reference", reference.paths, ours)


def note(comparison: Comparison, command: str, real: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Compare what one command has printed."""
    comparison.note(command, f"exit status {real['status']}", real, ours)


def test_the_same_is_printed(tools: SideBySide, tally: Tally) -> None:
    """To the letter, on both streams, with the same exit code; 14 for unknown fields, 0 for missing values."""
    comparison = Comparison(tools.name)
    for command in COMMANDS:
        note(comparison, command, run(tools.real, command.split()), run(tools.ours, command.split()))
    tally.check(SUBJECT, comparison)
    assert {"exit status 0", "exit status 1", "exit status 14"} <= comparison.outcomes.keys()


def test_every_ended_job_is_shown_alike(tools: SideBySide, tally: Tally) -> None:
    """In all detail, and its output, which ends in an error if the job has."""
    with Connection(tools.real.query_socket) as real:
        jobs = real.ask("QueryJobs", [None, ["id", "status"]]).result
    ended = [number for number, status in jobs if status in ("success", "error")]
    chosen = {*ended[-6:], *(number for number, status in jobs if status == "error")}
    comparison = Comparison(tools.name)
    for command in [f"gnt-job {verb} {number}" for number in sorted(chosen) for verb in ("info", "watch")]:
        note(comparison, command, run(tools.real, command.split()), run(tools.ours, command.split()))
    tally.check(SUBJECT, comparison)


@pytest.mark.parametrize(
    "command", ["gnt-cluster info", "gnt-cluster version", "gnt-group info", "gnt-group info group2"]
)
def test_the_same_in_any_order(tools: SideBySide, command: str, tally: Tally) -> None:
    """Ganeti's tools change the order of some entries from call to call, and name the build that answers."""
    comparison = Comparison(tools.name)
    note(comparison, command, in_order(run(tools.real, command.split())), in_order(run(tools.ours, command.split())))
    tally.check(SUBJECT, comparison)


def in_order(printed: Mapping[str, Any]) -> dict[str, Any]:
    """What was printed, its lines in alphabetical order, without dashes and builds."""
    lines = sorted(line.replace("- ", "  ") for line in printed["output"] if not line.startswith("VCS version"))
    return {**printed, "output": lines}


@pytest.mark.parametrize("program", ["gnt-job", "gnt-filter", "gnt-backup"])
def test_fields_are_listed_alike(tools: SideBySide, program: str, tally: Tally) -> None:
    """Names, types and titles of all fields; the descriptions are our own."""
    comparison = Comparison(tools.name)
    for names in ((), ("uuid", "nosuch", "id", "node")):
        command = (program, "list-fields", "--separator=|", *names)
        real, ours = (without_descriptions(run(paths, command)) for paths in (tools.real, tools.ours))
        note(comparison, " ".join(command), real, ours)
    tally.check(SUBJECT, comparison)
