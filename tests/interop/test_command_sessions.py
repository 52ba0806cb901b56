"""A day with Ganeti's commands, and with ours: the same is printed, to the letter, and the exit codes are the same."""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from ganeti_lite.commands.program import run as run_command
from ganeti_lite.commands.resources import Resource
from ganeti_lite.commands.schemas import LISTED, make_schema
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query.fields import FIELDS
from tests.clients.scripted_server import Respond, ScriptedServer
from tests.commands.conftest import RecordedConsole
from tests.commands.job_server import JobServer

from .compare import Comparison
from .idle_queue import end_open_jobs
from .isolated import PROJECT
from .reference_cluster import ReferenceCluster
from .session_lines import CHANGES, CORRECTED, MISTAKES, MISUSES, QUESTIONS, settle_numbers
from .shell_lines import run_line
from .takeover_script import settle
from .tally import Tally

pytestmark = pytest.mark.interop

PROGRAMS: Final = ("backup", "cluster", "debug", "filter", "group", "instance", "job", "network", "node", "os")

Environment = Mapping[str, str]


@pytest.fixture(scope="module")
def our_programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with our programs under their names."""
    folder = tmp_path_factory.mktemp("bin")
    for name in PROGRAMS:
        path = folder / f"gnt-{name}"
        path.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(PROJECT)!r})\n"
            f"from ganeti_lite.commands.gnt_{name} import main\nsys.exit(main())\n"
        )
        path.chmod(0o755)
    return folder


def run(line: str, environment: Environment, programs: Path | None = None) -> dict[str, Any]:
    """What a shell line prints, without what differs from one run to the next, and how it ends."""
    done = run_line(line, environment, programs)
    return {
        "status": done.returncode,
        "output": settle_numbers(settle(done.stdout)).splitlines(),
        "errors": settle_numbers(settle(done.stderr)).splitlines(),
    }


def compare(comparison: Comparison, line: str, real: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Note what came of a line."""
    comparison.note(line, f"exit status {real['status']}", real, ours)


@pytest.fixture
def idle_queue(reference: ReferenceCluster) -> None:
    """No job runs: it would hold locks that the commands here want."""
    end_open_jobs(reference)


def test_questions(reference: ReferenceCluster, idle_queue: None, our_programs: Path, tally: Tally) -> None:
    """What only asks prints the same, asked one right after the other."""
    environment = reference.paths.environment()
    comparison = Comparison("questions")
    for line in QUESTIONS:
        compare(comparison, line, run(line, environment), run(line, environment, our_programs))
    tally.check("printed by our commands: questions", comparison)


def test_changes(reference: ReferenceCluster, idle_queue: None, our_programs: Path, tally: Tally) -> None:
    """A session that changes something and undoes it prints the same with either's commands."""
    environment = reference.paths.environment()
    real = [run(line, environment) for line in CHANGES]
    ours = [run(line, environment, our_programs) for line in CHANGES]
    comparison = Comparison("changes")
    for line, one, other in zip(CHANGES, real, ours, strict=True):
        compare(comparison, line, one, other)
    tally.check("printed by our commands: changes", comparison)


@pytest.mark.parametrize("resource", LISTED, ids=lambda resource: resource.item_type)
def test_json(reference: ReferenceCluster, resource: Resource) -> None:
    """A list of every field of the real cluster's is valid as JSON, by the schema in the documentation."""
    name = {"export": "backup", "lock": "debug"}.get(resource.item_type, resource.item_type)
    program = importlib.import_module(f"ganeti_lite.commands.gnt_{name}").PROGRAM
    command = "locks" if name == "debug" else "list"
    words = (command, "--format=json", "-o", ",".join(FIELDS[resource.item_type]))
    outcome = run_command(program, words, reference.paths.environment(), RecordedConsole())
    assert outcome.exit_code == 0, outcome.complaints
    jsonschema.validate(json.loads("\n".join(outcome.lines)), make_schema(resource))


@pytest.fixture
def silent_node(folder: Path, real_ganeti: None) -> Iterator[Environment]:
    """A made-up node whose server must not be asked anything; the way there."""
    with made_up_node(folder, lambda _method, _args: None) as (server, environment):
        yield environment
    assert server.requests == []


def test_mistakes(silent_node: Environment, our_programs: Path, tally: Tally) -> None:
    """What the commands refuse by themselves they refuse in the same words."""
    comparison = Comparison("mistakes")
    for line in MISTAKES:
        compare(comparison, line, run(line, silent_node), run(line, silent_node, our_programs))
    tally.check("printed by our commands: mistakes", comparison)


def test_misuses(silent_node: Environment, our_programs: Path, tally: Tally) -> None:
    """Wrong usage ends with the same code, nothing on standard output, and a usage on standard error."""
    comparison = Comparison("misuses")
    for line in MISUSES:
        real, ours = run(line, silent_node), run(line, silent_node, our_programs)
        compare(comparison, line, _class_of(real), _class_of(ours))
    tally.check("printed by our commands: wrong usage", comparison)


@pytest.mark.parametrize(("line", "real", "ours"), CORRECTED)
def test_corrections(
    silent_node: Environment, our_programs: Path, line: str, real: tuple[int, str], ours: tuple[int, str]
) -> None:
    """Where Ganeti's command goes wrong, ours says what is wrong: exit codes and last lines of both."""
    assert _end_of(run(line, silent_node)) == real
    assert _end_of(run(line, silent_node, our_programs)) == ours


@contextmanager
def made_up_node(folder: Path, respond: Respond) -> Iterator[tuple[ScriptedServer, Environment]]:
    """A node whose server answers as it is told; the way there."""
    root = folder / "node1.example.com"
    for part in ("var/lib/ganeti", "var/log/ganeti"):
        (root / part).mkdir(parents=True)
    with ScriptedServer(Path(GanetiPaths(str(root)).query_socket), respond) as server:
        yield server, {"GANETI_ROOTDIR": str(root), "GANETI_HOSTNAME": root.name}


def with_both(
    folder: Path, line: str, server: JobServer, our_programs: Path
) -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
    """What a line prints with Ganeti's command and with ours, and the jobs that they have submitted."""
    with made_up_node(folder, server) as (_, environment):
        return run(line, environment), run(line, environment, our_programs), server.jobs


def test_removal_of_what_is_not_there(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command says nothing, ours that there is no such instance."""
    nothing = JobServer(others={"QueryInstances": lambda _args: []})
    real, ours, _ = with_both(folder, "gnt-instance remove nosuch", nothing, our_programs)
    assert (real["status"], real["errors"]) == (1, [])
    assert _end_of(ours) == (1, "Instance 'nosuch' does not exist")


def test_templates_of_the_cluster(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command sends a template that is called default, ours takes the group's own away."""
    line = "gnt-group modify --ipolicy-disk-templates=default g"
    _, _, jobs = with_both(folder, line, JobServer(), our_programs)
    assert [job[0]["ipolicy"]["disk-templates"] for job in jobs] == [["default"], "default"]


def test_intervals_of_collectors(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command ends with a traceback, ours submits a job."""
    line = "gnt-cluster modify --data-collector-interval=lv=5"
    real, ours, jobs = with_both(folder, line, JobServer(), our_programs)
    assert _end_of(real) == (1, "TypeError: '<=' not supported between instances of 'str' and 'int'")
    assert (ours["status"], [job[0]["data_collector_interval"] for job in jobs]) == (0, [{"lv": 5_000_000}])


def test_unknown_collectors(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command complains and submits a job all the same, ours only complains."""
    line = "gnt-cluster modify --enabled-data-collectors=bogus=true"
    real, ours, jobs = with_both(folder, line, JobServer(), our_programs)
    assert real["errors"] == ours["errors"] == ["Data collector names not recognized: bogus"]
    assert (real["status"], ours["status"], len(jobs)) == (0, 1, 1)


def test_network_without_addresses(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command divides by zero, ours shows the network."""
    row: list[Any] = ["net", "10.0.0.0/8", None, None, None, None, 0, 0, "", [], [], "", 1, "u"]
    server = JobServer(others={"QueryNetworks": lambda _args: [row]})
    real, ours, _ = with_both(folder, "gnt-network info", server, our_programs)
    assert _end_of(real) == (1, "ZeroDivisionError: float division by zero")
    assert (ours["status"], "  Free: 0 (0.00%)" in ours["output"]) == (0, True)


def test_width_of_times(folder: Path, real_ganeti: None, our_programs: Path) -> None:
    """Ganeti's command makes a column of opcodes' times as wide as its title, ours as wide as the times."""
    fields = [{"name": name, "title": name.title(), "kind": "other", "doc": "."} for name in ("opstart", "id")]
    answer = {"fields": fields, "data": [[[0, [[5, 0]]], [0, 1]]]}
    server = JobServer(others={"Query": lambda _args: answer})
    real, ours, _ = with_both(folder, "TZ=UTC gnt-job list -o opstart,id", server, our_programs)
    assert real["output"] == ["Opstart Id", "['TIME'] 1"]
    assert ours["output"] == ["Opstart                        Id", "['TIME'] 1"]


def _end_of(printed: Mapping[str, Any]) -> tuple[int, str]:
    return printed["status"], printed["errors"][-1]


def _class_of(printed: Mapping[str, Any]) -> dict[str, Any]:
    errors: Sequence[str] = printed["errors"]
    return {"status": printed["status"], "output": printed["output"], "begins": errors[:2]}
