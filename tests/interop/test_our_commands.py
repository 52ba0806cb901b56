"""Our command line tools print what Ganeti's print, when both ask the real daemon."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.paths import GanetiPaths
from tests.clients.scripted_server import ScriptedServer, succeed

from .command_lines import ALIKE, ENVIRONMENTS, EXACT
from .compare import Comparison
from .reference_cluster import ReferenceCluster
from .tally import Tally

pytestmark = pytest.mark.interop

ROOT: Final = Path(__file__).parent.parent.parent
COMMAND_SECONDS: Final = 60
ATTEMPTS: Final = 4
"""Free memory and disk move while the two are asked one after the other; what differs is asked again."""

CASES: Final[Sequence[Mapping[str, Any]]] = json.loads((ROOT / "tests/commands/filters/cases.json").read_text())

Printed = Mapping[str, Any]
Environment = Mapping[str, str]


def run(command: Sequence[str], environment: Environment) -> Printed:
    """What a process prints, and how it ends."""
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    return {"status": done.returncode, "output": done.stdout.splitlines(), "errors": done.stderr.splitlines()}


def run_ganetis(words: Sequence[str], environment: Environment) -> Printed:
    """The same for one of Ganeti's tools."""
    return run([f"/usr/sbin/{words[0]}", *words[1:]], {**environment, "PYTHONPATH": ""})


def run_ours(words: Sequence[str], environment: Environment) -> Printed:
    """The same for one of ours."""
    module = f"ganeti_lite.commands.{words[0].replace('-', '_')}"
    program = f"import sys; from {module} import main; sys.exit(main())"
    return run([sys.executable, "-c", program, *words[1:]], environment)


def compare(
    comparison: Comparison,
    words: Sequence[str],
    environment: Environment,
    view: Callable[[Printed], object] = lambda printed: printed,
) -> None:
    """Call both tools, up to :data:`ATTEMPTS` times until they agree about what ``view`` shows."""
    for _ in range(ATTEMPTS):
        real, ours = run_ganetis(words, environment), run_ours(words, environment)
        if view(real) == view(ours):
            break
    comparison.note(shlex.join(words), f"exit status {real['status']}", view(real), view(ours))


def test_same_output(reference: ReferenceCluster, tally: Tally) -> None:
    """Lists, fields, wrong usage and refusals are the same to the letter, and so are the exit codes."""
    comparison = Comparison("reference")
    for words in EXACT:
        compare(comparison, words, reference.paths.environment())
    tally.check("printed by our tools", comparison)


def test_same_exit_code(reference: ReferenceCluster, tally: Tally) -> None:
    """Where the texts are our own, the exit codes are Ganeti's."""
    comparison = Comparison("reference")
    for words in ALIKE:
        compare(comparison, words, reference.paths.environment(), lambda printed: printed["status"])
    tally.check("exit codes of our tools", comparison)


def test_same_use_of_the_environment(reference: ReferenceCluster, tally: Tally) -> None:
    """Environment variables have the same effects."""
    comparison = Comparison("reference")
    for name, value, words in ENVIRONMENTS:
        compare(comparison, words, {**reference.paths.environment(), name: value})
    tally.check("printed by our tools", comparison)


def test_same_cluster_info(reference: ReferenceCluster, tally: Tally) -> None:
    """The settings of the cluster are the same; Ganeti's tool changes the order of some from call to call."""
    comparison = Comparison("reference")
    compare(comparison, ("gnt-cluster", "info"), reference.paths.environment(), with_policy_sorted)
    tally.check("printed by our tools", comparison)


def with_policy_sorted(printed: Printed) -> Printed:
    """A cluster's settings with the lines of the instance policy in alphabetical order."""
    lines = printed["output"]
    start = next(index for index, line in enumerate(lines) if line.startswith("Instance policy"))
    end = next(index for index, line in enumerate(lines) if line.startswith("Data collectors"))
    policy = sorted(line.replace("- ", "  ") for line in lines[start:end])
    return {**printed, "output": [*lines[:start], *policy, *lines[end:]]}


@pytest.fixture
def listening_node(
    tmp_path_factory: pytest.TempPathFactory, real_ganeti: None
) -> Iterator[tuple[ScriptedServer, Environment]]:
    """A made-up node whose server remembers what it is asked, and finds nothing; and the way there."""
    root = tmp_path_factory.mktemp("node") / "node1.example.com"  # short, for a socket's path may not be long
    with ScriptedServer(
        Path(GanetiPaths(str(root)).query_socket), lambda _method, _args: succeed({"fields": [], "data": []})
    ) as server:
        yield server, {"GANETI_ROOTDIR": str(root), "GANETI_HOSTNAME": root.name}


@pytest.mark.parametrize("group", CASES, ids=lambda group: group["given"])
def test_textual_filters(
    listening_node: tuple[ScriptedServer, Environment], group: Mapping[str, Any], tally: Tally
) -> None:
    """What the cases say of each textual filter is what Ganeti's tool sends for it, or that it sends nothing."""
    server, environment = listening_node
    comparison = Comparison("filters")
    for case in group["cases"]:
        known = len(server.requests)
        printed = run_ganetis(["gnt-instance", "list", "-o", "name", "-F", case["filter"]], environment)
        sent = [args[2] for _method, args in server.requests[known:]]
        expected = [case["result"]] if "result" in case and not group.get("ours_only") else []
        comparison.note(case["filter"], f"exit status {printed['status']}", sent, expected)
    tally.check("textual filters", comparison)
