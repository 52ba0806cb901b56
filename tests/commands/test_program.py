"""What holds for every command: help, wrong usage, failures, and how a program ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganeti_lite.commands import gnt_cluster, gnt_group, gnt_node
from ganeti_lite.commands.definitions import Arity, Command, Outcome, Program
from ganeti_lite.commands.program import run, run_program
from tests.clients.scripted_server import succeed

from .conftest import MadeUpNode
from .programs import PROGRAMS

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help(program: Program, word: str) -> None:
    """The help of a program names its commands, on lines of bearable length."""
    outcome = run(program, [word], {})
    assert (outcome.complaints, outcome.exit_code) == ((), 0)
    assert all(any(line.startswith(f" {command.name} ") for line in outcome.lines) for command in program.commands)
    assert max(map(len, outcome.lines)) < 80


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_help_of_commands(program: Program) -> None:
    """The help of a command names its options, wherever it is asked for among them."""
    for command in program.commands:
        outcome = run(program, [command.name, "-d", "--help", "--bogus"], {})
        text = "\n".join(outcome.lines)
        assert outcome.exit_code == 0
        assert all(name in text for option in command.options for name in option.names)
        assert max(map(len, outcome.lines)) < 80


def test_version() -> None:
    """The version is that of Ganeti whose manners the commands have."""
    assert run(gnt_node.PROGRAM, ["--version"], {}) == Outcome(["gnt-node (Ganeti Lite) 3.0.2"])


@pytest.mark.parametrize(("words", "complaint"), [([], "Usage: gnt-node"), (["nosuch"], "no command 'nosuch'")])
def test_no_command(words: list[str], complaint: str) -> None:
    """Without a command there is the help, on standard error, and a failure."""
    outcome = run(gnt_node.PROGRAM, words, {})
    assert (outcome.lines, outcome.exit_code) == ([], 1)
    assert complaint in outcome.complaints[0]
    assert any(line.startswith(" list-fields ") for line in outcome.complaints)


def test_missing_command() -> None:
    """A command that only Ganeti's program has is told from one that nobody has."""
    outcome = run(gnt_node.PROGRAM, ["evacuate", "--help"], {})
    assert outcome == Outcome([], ("gnt-node evacuate is not part of Ganeti Lite; Ganeti's own gnt-node has it.",), 1)


def test_commands_are_not_missing() -> None:
    """What is there is not said to be missing."""
    for program in PROGRAMS:
        assert not program.missing & program.loaders.keys()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_loaders(program: Program) -> None:
    """Each command is found under its own name and under its aliases."""
    for name, loader in program.loaders.items():
        command = loader()
        assert command.name == name
        assert (found := program.find(name)) is not None
        assert found.name == name
    for alias, name in program.aliases.items():
        assert (found := program.find(alias)) is not None
        assert found.name == name


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_options_are_told_apart(program: Program) -> None:
    """No command has two options of the same name."""
    for command in program.commands:
        names = [name for option in command.options for name in option.names]
        assert len(names) == len(set(names)), command.name


@pytest.mark.parametrize(
    ("arity", "words", "complaint"),
    [
        (Arity(0, 0), ["x"], "expects no arguments"),
        (Arity(1, 1), [], "expects 1 argument(s)"),
        (Arity(2, 2), ["x", "y", "z"], "expects 2 argument(s)"),
        (Arity(1, 2), ["x", "y", "z"], "expects only 2 argument(s)"),
        (Arity(1, 2), [], "expects at least 1 argument(s)"),
        (Arity(1), [], "expects at least 1 argument(s)"),
        (Arity(1), ["x", "y"], None),
        (Arity(), [], None),
        (Arity(0, 0), [], None),
    ],
)
def test_number_of_arguments(arity: Arity, words: list[str], complaint: str | None) -> None:
    """Too many or too few arguments are complained of in Ganeti's words."""
    command = Command("do", lambda _invocation: Outcome(["done"]), "", "Does.", arity=arity)
    outcome = run(Program("gnt-x", {"do": lambda: command}, frozenset()), ["do", *words], {})
    expected = Outcome(["done"]) if complaint is None else Outcome([], (f"Error: Command do {complaint}",), 1)
    assert outcome == expected


def test_wrong_option() -> None:
    """A wrong option ends with 2 and the usage."""
    outcome = run(gnt_group.PROGRAM, ["list", "--units", "m"], {})
    assert outcome == Outcome(
        [],
        (
            "Usage",
            "=====",
            "  gnt-group list [<group-name>...]",
            "",
            "gnt-group: error: no such option: --units",
        ),
        2,
    )


def test_superfluous_argument() -> None:
    """A command without arguments takes none."""
    assert run(gnt_cluster.PROGRAM, ["info", "x"], {}) == Outcome([], ("Error: Command info expects no arguments",), 1)


def test_debug(node: MadeUpNode, capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug a failure shows where it comes from, and the time that it took."""
    outcome = run(gnt_node.PROGRAM, ["list", "-d"], node.environ)
    assert "Traceback" in capsys.readouterr().err
    assert outcome.complaints[-1].startswith("gnt-node list: ")
    assert outcome.complaints[-1].endswith(" ms")


def test_output_and_exit_code(node: MadeUpNode, capsys: pytest.CaptureFixture[str]) -> None:
    """What a command says goes where it belongs, and its exit code is the program's."""
    field = {"name": "x", "title": "x", "kind": "unknown", "doc": ""}
    with (
        node.serve(lambda _method, _args: succeed({"fields": [field], "data": [[[1, None]]]})),
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in node.environ.items():
            patch.setenv(name, value)
        assert run_program(gnt_node.PROGRAM, ["list", "-o", "x"]) == 14
    printed = capsys.readouterr()
    assert printed.out == "x\n??\n"
    assert printed.err == "Warning: Queried for unknown fields x\n"


def start(node: MadeUpNode, *words: str) -> subprocess.Popen[bytes]:
    """The program ``gnt-instance`` as a process of its own."""
    program = "import sys; from ganeti_lite.commands.gnt_instance import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={**os.environ, **node.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_listings_import_little(node: MadeUpNode) -> None:
    """A listing does not pay for what it does not need: jobs, reports, formats, help."""
    program = (
        "import sys; from ganeti_lite.commands.gnt_instance import main; main(['list']);"
        " print(*sys.modules, file=sys.stderr)"
    )
    fields = [{"name": "name", "title": "Name", "kind": "text", "doc": ""}]
    with node.serve(lambda _method, _args: succeed({"fields": fields, "data": [[[0, "x"]]]})):
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, **node.environ},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == "Name\nx\n"
    imported = set(done.stderr.split())
    ours = {name.removeprefix("ganeti_lite.") for name in imported if name.startswith("ganeti_lite.")}
    assert "commands.listing" in ours
    assert not {"clients.jobs", "commands.submission", "commands.formats", "commands.info", "commands.usage"} & ours
    assert not {"attrs", "msgspec", "orjson", "csv", "textwrap", "optparse", "argparse", "pathlib"} & imported


def test_reader_that_goes_away(node: MadeUpNode) -> None:
    """When nobody reads the output any more, a program ends with 1 and without a word."""
    fields = [{"name": "x", "title": "x", "kind": "text", "doc": ""}]
    answer = succeed({"fields": fields, "data": [[[0, "x" * 100]]] * 20_000})
    with node.serve(lambda _method, _args: answer), start(node, "list", "-o", "x") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_interrupt(node: MadeUpNode) -> None:
    """Whoever interrupts a program sees no traceback."""
    interrupted: list[int] = []

    def respond(_method: str, _args: object) -> None:
        process.send_signal(2)
        interrupted.append(process.wait())

    with node.serve(respond), start(node, "list") as process:
        _output, complaints = process.communicate()
    assert (interrupted, complaints) == ([1], b"Aborted.\n")
