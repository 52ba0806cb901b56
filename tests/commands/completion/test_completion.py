"""What a shell may offer, and that bash offers it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ganeti_lite.cli import main
from ganeti_lite.commands.completion import complete
from ganeti_lite.errors import GenericError
from tests.clients.scripted_server import succeed
from tests.commands.conftest import MadeUpNode, node
from tests.commands.programs import PROGRAMS

__all__ = ["node"]

ROOT = Path(__file__).parent.parent.parent.parent


def answer(method: str, args: Sequence[Any]) -> object:
    """Three fields, and two items called by their kind."""
    if method == "QueryFields":
        return {"fields": [{"name": name, "title": "", "kind": "text", "doc": ""} for name in ("name", "os", "status")]}
    return {"data": [[[0, f"{args[0]}1"]], [[0, f"{args[0]}2"]]]}


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("gnt-instance sta", ["start", "startup"]),
        ("gnt-instance sh", ["show", "shutdown"]),
        ("gnt-instance list --s", ["--separator", "--socket", "--sort", "--static"]),
        ("gnt-instance list --format js", ["json", "jsonl"]),
        ("gnt-instance list --format=js", ["--format=json", "--format=jsonl"]),
        ("gnt-instance list -o ", ["name", "os", "status"]),
        ("gnt-instance list -o name,o", ["name,os"]),
        ("gnt-instance list --output=+s", ["--output=+status"]),
        ("gnt-instance list --sort n", ["name"]),
        ("gnt-instance list --bogus=", []),
        ("gnt-instance list ", ["instance1", "instance2"]),
        ("gnt-instance list-fields s", ["status"]),
        ("gnt-instance add -n ", ["node1", "node2"]),
        ("gnt-group assign-nodes ", ["node1", "node2"]),
        ("gnt-node info --format=json node2", ["node2"]),
        ("gnt-network connect ", ["group1", "group2"]),
        ("gnt-job info ", ["job1", "job2"]),
        ("gnt-filter delete ", ["filter1", "filter2"]),
        ("gnt-cluster queue ", ["drain", "info", "undrain"]),
        ("gnt-cluster watcher ", ["continue", "info", "pause"]),
        ("gnt-job autoarchive ", ["all"]),
        ("gnt-os list ", []),
        ("gnt-instance bogus ", []),
        ("gnt-bogus ", []),
        ("ls ", []),
    ],
)
def test_candidates(line: str, candidates: list[str]) -> None:
    """Commands, options, choices, fields, names."""
    assert complete(line.split(" "), {}, answer) == candidates


def test_every_command(node: MadeUpNode) -> None:
    """Whatever is typed, there is no error; nobody is asked for options."""
    for program in PROGRAMS:
        for command in program.commands:
            assert "--help" in complete([program.name, command.name, "-"], node.environ)
            assert complete([program.name, command.name, ""], {}, answer) is not None


def test_no_server(node: MadeUpNode) -> None:
    """Without a server there are no names."""

    def refuse(_method: str, _args: Sequence[Any]) -> object:
        raise GenericError("no")

    assert complete(["gnt-node", "list", ""], node.environ) == []
    assert complete(["gnt-node", "list", ""], node.environ, refuse) == []


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_scripts(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The script for a shell is about all programs."""
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(f" {program.name}" in script for program in PROGRAMS)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["gnt-node", "list-f"], ["list-fields"]),
        (["gnt-node", "list", "node"], ["node1", "node2"]),
        (["gnt-node", "list", "--format", "=", "js"], ["json", "jsonl"]),
        (["gnt-node", "list", "--format", "="], ["csv", "json", "jsonl", "table", "yaml"]),
        (["gnt-node", "list", "-o", "name,s"], ["name,status"]),
    ],
)
def test_bash(node: MadeUpNode, tmp_path: Path, words: list[str], offered: list[str]) -> None:
    """Bash offers the candidates, also where it cuts words otherwise."""
    program = tmp_path / "ganeti-lite"
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom ganeti_lite.cli import main\nsys.exit(main())\n")
    program.chmod(0o755)
    script = (
        'source <(ganeti-lite completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ganeti_lite;'
        ' printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path}:{os.environ['PATH']}"
    with node.serve(lambda method, args: succeed(answer(method, args))):
        done = subprocess.run(
            ["bash", "-c", script, "bash", *words],
            env={**os.environ, **node.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert done.stdout.split() == offered
