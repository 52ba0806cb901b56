"""A day with Ganeti's commands, and with ours: the same is printed, to the letter, and the exit codes are the same."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.paths import GanetiPaths
from tests.clients.scripted_server import ScriptedServer

from .compare import Comparison
from .isolated import PROJECT
from .luxi import Connection
from .processes import wait_until
from .reference_cluster import SYSTEM_PATH, ReferenceCluster
from .session_lines import CHANGES, MISTAKES, MISUSES, QUESTIONS, settle_numbers
from .takeover_script import settle
from .tally import Tally

pytestmark = pytest.mark.interop

PROGRAMS: Final = ("backup", "cluster", "debug", "filter", "group", "instance", "job", "network", "node", "os")
COMMAND_SECONDS: Final = 120

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
    """What a shell line prints, and how it ends; there is no terminal that could be asked anything.

    :param programs: where programs are looked for first.
    """
    path = SYSTEM_PATH if programs is None else f"{programs}:{SYSTEM_PATH}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        start_new_session=True,
        check=False,
    )
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
    with Connection(reference.query_socket) as connection:

        def list_open() -> list[int]:
            jobs = connection.ask("QueryJobs", [None, ["id", "status"]]).result
            return [number for number, status in jobs if status not in ("success", "error", "canceled")]

        def end_all() -> bool:
            for number in list_open():
                connection.ask("CancelJob", [number, True])
            return not list_open()

        wait_until(end_all, "all jobs are over")


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


@pytest.fixture
def silent_node(tmp_path_factory: pytest.TempPathFactory, real_ganeti: None) -> Iterator[Environment]:
    """A made-up node whose server must not be asked anything; the way there."""
    root = tmp_path_factory.mktemp("node") / "node1.example.com"  # short, for a socket's path may not be long
    for folder in ("var/lib/ganeti", "var/log/ganeti"):
        (root / folder).mkdir(parents=True)
    with ScriptedServer(Path(GanetiPaths(str(root)).query_socket), lambda _method, _args: None) as server:
        yield {"GANETI_ROOTDIR": str(root), "GANETI_HOSTNAME": root.name}
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


def _class_of(printed: Mapping[str, Any]) -> dict[str, Any]:
    errors: Sequence[str] = printed["errors"]
    return {"status": printed["status"], "output": printed["output"], "begins": errors[:2]}
