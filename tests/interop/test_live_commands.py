"""What Ganeti's own tools show of the nodes: the same with our daemon as with the real one.

Lists of operating systems are made by jobs, which are the real daemon's: their results are what our answers are held
against.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from ganeti_lite.simulator import ClusterPaths

from .compare import Comparison, differences
from .luxi import Connection
from .processes import wait_until
from .reference_cluster import ReferenceCluster
from .side_by_side import mirror
from .tally import Tally
from .test_commands import run
from .test_live import SCENARIOS, daemon_in_namespace

pytestmark = pytest.mark.interop

SUBJECT: Final = "live data printed by Ganeti's tools"
TRIES: Final = 8
"""How often two lists are compared whose figures move from one moment to the next."""

COMMANDS: Final[Sequence[Sequence[str]]] = (
    ("gnt-instance", "list"),
    ("gnt-instance", "list", "-o", "+oper_vcpus,console"),
    ("gnt-instance", "list", "--verbose", "--separator=|", "-o", "name,status,oper_state,oper_ram"),
    ("gnt-instance", "list", "-o", "name", 'status == "running"'),
    ("gnt-instance", "list", "--no-headers", "-o", "name,status", 'name == "inst1" or status =~ m/^ERROR/'),
    ("gnt-node", "list"),
    ("gnt-node", "list", "node1", "node5"),
    ("gnt-node", "list", "--verbose", "-o", "name,bootid,ctotal,csockets,cnodes,cnos,sptotal,spfree"),
    ("gnt-backup", "list"),
)

OS_FIELDS: Final = (
    *("name", "valid", "hidden", "blacklisted", "variants", "parameters", "api_versions"),
    *("node_status", "os_hvp", "osparams", "trusted"),
)


@frozen
class LiveSideBySide:
    """The real daemon and ours, each behind a root for tools, in one of the scenarios."""

    name: str
    real: ClusterPaths
    ours: ClusterPaths


@pytest.fixture(params=SCENARIOS)
def live_daemons(request: pytest.FixtureRequest, reference: ReferenceCluster, folder: Path) -> Iterator[LiveSideBySide]:
    """Both on the reference cluster, in each of the scenarios."""
    ours = mirror(reference.paths, folder)
    with SCENARIOS[request.param](reference), daemon_in_namespace(reference, folder) as socket:
        ours.query_socket.symlink_to(socket)
        yield LiveSideBySide(request.param, reference.paths, ours)


def test_lists_show_the_same(live_daemons: LiveSideBySide, tally: Tally) -> None:
    """To the letter, once the figures hold still."""
    comparison = Comparison(live_daemons.name)
    for command in COMMANDS:
        real, ours = run_until_equal(live_daemons, command)
        comparison.note(command, f"exit status {real['status']}", real, ours)
    tally.check(SUBJECT, comparison)


@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize("live_daemons", ["as it is"], indirect=True)
def test_exports_show_the_same(live_daemons: LiveSideBySide, tally: Tally) -> None:
    """Exports of a node, nodes without any, and nodes that cannot tell, in lists of all nodes and of some."""
    comparison = Comparison("exports")
    for options in ((), ("--node", "node2"), ("--node", "node3.example.com"), ("--no-headers", "--separator=|")):
        command = ("gnt-backup", "list", *options)
        real, ours = run(live_daemons.real, command), run(live_daemons.ours, command)
        comparison.note(command, f"exit status {real['status']}", real, ours)
    tally.check(SUBJECT, comparison)


def run_until_equal(daemons: LiveSideBySide, command: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is printed with the real daemon and with ours; of figures that move, the first of some tries to agree."""
    for _ in range(TRIES):
        real, ours = run(daemons.real, command), run(daemons.ours, command)
        if not any(differences(real, ours)):
            break
    return real, ours


@frozen
class SystemsPair:
    """Operating systems as the real Ganeti's tools and jobs see them, and a client of our daemon."""

    reference: ReferenceCluster
    ours: Connection

    def ask(self, fields: Sequence[str]) -> list[list[Any]]:
        """Our answer, without statuses; every cell must have a value."""
        rows = self.ours.ask("Query", ["os", fields, None]).result["data"]
        assert all(status == 0 for row in rows for status, _ in row)
        return [[value for _, value in row] for row in rows]


@pytest.fixture
def systems(reference: ReferenceCluster, folder: Path) -> Iterator[SystemsPair]:
    """Our daemon on the reference cluster; jobs that list operating systems are archived afterwards."""
    before = list_diagnoses(reference)
    with daemon_in_namespace(reference, folder) as socket, Connection(socket) as ours:
        yield SystemsPair(reference, ours)
    with Connection(reference.query_socket) as real:
        for job in list_diagnoses(reference) - before:
            real.ask("ArchiveJob", [job])


def list_diagnoses(reference: ReferenceCluster) -> frozenset[int]:
    """The jobs in the queue that list operating systems."""
    with Connection(reference.query_socket) as real:
        jobs = real.ask("QueryJobs", [None, ["id", "summary"]]).result
    return frozenset(number for number, summary in jobs if summary == ["OS_DIAGNOSE"])


def run_job(reference: ReferenceCluster, opcode: dict[str, object]) -> Any:
    """The result of a job of one opcode."""
    with Connection(reference.query_socket) as real:
        job = real.ask("SubmitJob", [[opcode]]).result

        def read(field: str) -> Any:
            return real.ask("QueryJobs", [[job], [field]]).result[0][0]

        wait_until(lambda: read("status") in ("success", "error"), f"the end of job {job}")
        assert read("status") == "success", read("opresult")
        return read("opresult")[0]


def test_operating_systems_are_as_the_job_finds_them(systems: SystemsPair, tally: Tally) -> None:
    """Every field, alone and with the others, equals the result of the job that Ganeti has for it."""
    comparison = Comparison("reference")
    for fields in (OS_FIELDS, *((name,) for name in OS_FIELDS)):
        visible = [*fields, *(name for name in ("hidden", "blacklisted", "valid") if name not in fields)]
        opcode: dict[str, object] = {"OP_ID": "OP_OS_DIAGNOSE", "output_fields": visible, "names": [], "reason": []}
        comparison.note(fields, "data", run_job(systems.reference, opcode), systems.ask(visible))
    tally.check("operating systems", comparison)


def test_operating_systems_are_as_the_tools_print_them(systems: SystemsPair) -> None:
    """Names, states, paths and interface versions of the table and the report."""
    rows = systems.ask(["name", "valid", "node_status", "api_versions", "trusted"])
    names = systems.reference.demand("gnt-os", "list", "--no-headers").split()
    assert [name for name, is_valid, *_ in rows if is_valid] == names
    report = systems.reference.demand("gnt-os", "diagnose")
    for name, is_valid, by_node, versions, is_trusted in rows:
        assert f"OS: {name} [global status: {'valid' if is_valid else 'invalid'}]" in report
        assert (f"[API versions: {', '.join(map(str, versions))}]" in report) == bool(versions)
        assert ("[trusted]" in report) == is_trusted
        for node, ((path, *_), *_) in by_node.items():
            assert f"Node: {node}, status: valid (path: {path})" in report
