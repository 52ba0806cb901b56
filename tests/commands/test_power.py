"""Starting, stopping and rebooting instances: which ones, and a job for each."""

from typing import Any

import pytest

from ganeti_lite.commands.console import Choice
from ganeti_lite.commands.definitions import Outcome
from ganeti_lite.commands.gnt_instance import PROGRAM
from ganeti_lite.commands.program import run

from .conftest import MadeUpNode, RecordedConsole
from .job_server import JobServer

INSTANCES: dict[str, list[str]] = {"a": ["web"], "b": ["web", "db"], "c": []}
NODES: dict[str, Any] = {"n1": (["a"], ["b"], ["ssd"]), "n2": (["b", "c"], [], ["ssd", "rack"])}


def query_instances(args: Any) -> Any:
    """The instances above."""
    names, fields, _ = args
    values = {name: {"name": name, "tags": tags} for name, tags in INSTANCES.items() if not names or name in names}
    return [[row[field] for field in fields] for row in values.values()]


def query_nodes(args: Any) -> Any:
    """The nodes above."""
    names, fields, _ = args
    rows = [
        {"name": name, "pinst_list": primary, "sinst_list": secondary, "tags": tags}
        for name, (primary, secondary, tags) in NODES.items()
        if not names or name in names
    ]
    return [[row[field] for field in fields] for row in rows]


OTHERS = {"QueryInstances": query_instances, "QueryNodes": query_nodes}


def call(
    node: MadeUpNode, *words: str, server: JobServer | None = None, answers: tuple[str, ...] = ()
) -> tuple[Outcome, RecordedConsole, JobServer]:
    """How a command ends, what it has told, and the server."""
    taking = server or JobServer()
    taking.others = OTHERS
    console = RecordedConsole(answers=list(answers))
    with node.serve_jobs(taking):
        outcome = run(PROGRAM, words, node.environ, console)
    return outcome, console, taking


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["a", "b"], ["a", "b"]),
        (["--instance", "b"], ["b"]),
        (["--all"], ["a", "b", "c"]),
        (["--tags", "db", "nosuch"], ["b"]),
        (["--node", "n1"], ["a", "b"]),
        (["--primary", "n2"], ["b", "c"]),
        (["--secondary", "n1"], ["b"]),
        (["--node-tags", "rack"], ["b", "c"]),
        (["--pri-node-tags", "ssd"], ["a", "b", "c"]),
        (["--sec-node-tags", "ssd"], ["b"]),
        (["--all", "--tags", "db"], ["b"]),
    ],
)
def test_selection(node: MadeUpNode, words: list[str], names: list[str]) -> None:
    """Instances are chosen by name, by node, by tags, or all; the last option counts."""
    outcome, _, server = call(node, "startup", "--force-multiple", *words)
    assert outcome.exit_code == 0
    assert [job[0]["instance_name"] for job in server.jobs] == names


def test_one_instance(node: MadeUpNode) -> None:
    """A single instance that was named needs no confirmation, and few words."""
    outcome, console, server = call(node, "stop", "--timeout=5", "a")
    assert outcome == Outcome([])
    assert (console.lines, console.questions) == (["Waiting for job 1 for a ..."], [])
    assert (server.jobs[0][0]["OP_ID"], server.jobs[0][0]["timeout"]) == ("OP_INSTANCE_SHUTDOWN", 5)


def test_several_instances(node: MadeUpNode) -> None:
    """Several are listed and confirmed first."""
    outcome, console, server = call(node, "reboot", "a", "b")
    assert (outcome, server.jobs) == (Outcome([], (), 1), [])
    assert console.questions[0].splitlines() == [
        "The reboot will operate on 2 instances.",
        "Do you want to continue?",
        "Affected instances:",
        "  a",
        "  b",
    ]
    outcome, console, server = call(node, "reboot", "a", "b", answers=("y",))
    assert outcome == Outcome([])
    assert console.lines == ["Submitted jobs 1, 2", "Waiting for job 1 for a ...", "Waiting for job 2 for b ..."]


def test_many_instances(node: MadeUpNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than twenty are listed only if the user wants to see them."""
    for number in range(30):
        monkeypatch.setitem(INSTANCES, f"i{number}", [])
    outcome, console, server = call(node, "startup", "--all", answers=("v", "n"))
    assert (outcome.exit_code, server.jobs) == (1, [])
    assert [len(question.splitlines()) for question in console.questions] == [2, 36]


def test_failures(node: MadeUpNode) -> None:
    """Each failure is told with its instance, whether at once or later; one is enough for the exit code."""
    server = JobServer(failures={1: ["OpExecError", ["no"]], 2: ["JobLost", ["gone"]]}, refusals={2: "full"})
    outcome, console, _ = call(node, "startup", "--force-multiple", "a", "b", "c", server=server)
    assert outcome.exit_code == 1
    assert console.lines == ["Submitted jobs 1, 2", "Waiting for job 1 for a ...", "Waiting for job 2 for b ..."]
    assert console.complaints == [
        "Failed to submit job for c: full",
        "Job 1 for a has failed: Failure: command execution error:",
        "no",
        "Job 2 for b has been archived, cannot check its result",
    ]


def test_submit_only(node: MadeUpNode) -> None:
    """With --submit the ids are told, and what was refused."""
    words = ("startup", "--submit", "--force-multiple", "a", "b")
    outcome, console, _ = call(node, *words, server=JobServer(refusals={0: "full"}))
    assert outcome == Outcome([], (), 1)
    assert (console.lines, console.complaints) == (["1: b"], ["Failure for a: full"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "No instance names passed"),
        (["--node"], "No node names passed"),
        (["--tags"], "No instance tags passed"),
        (["--node-tags"], "No node tags passed"),
        (["--all", "a"], "Cluster filter mode takes no arguments"),
        (["nosuch"], "Selection filter does not match any instances"),
    ],
)
def test_wrong_selections(node: MadeUpNode, words: list[str], complaint: str) -> None:
    """What selects nothing is an error."""
    outcome, _, _ = call(node, "startup", *words)
    assert (outcome.exit_code, outcome.complaints[-1]) == (1, complaint)


def test_empty_cluster(node: MadeUpNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to do is no error where everything was meant."""
    monkeypatch.setattr("tests.commands.test_power.INSTANCES", {})
    outcome, _, _ = call(node, "startup", "--all")
    assert outcome == Outcome(["Cluster is empty, no instances to shutdown"])


def test_choices() -> None:
    """Where nobody can be asked, the last choice is taken."""
    assert RecordedConsole().ask("?", (Choice("y", "yes"), Choice("n", "no"))) == "n"
