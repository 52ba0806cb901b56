"""The ``ganeti-lite`` command."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ganeti_lite.cli import SUBCOMMANDS, main


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_succeed(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both print something and end with success."""
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert "ganeti-lite" in capsys.readouterr().out


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    """The help shows each subcommand with its summary, in lines of a terminal."""
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"{name:14} {each.summary}" in shown for name, each in SUBCOMMANDS.items())
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize("arguments", [[], ["nosuch"], ["--nosuch"], ["demo", "--nosuch"], ["demo", "--nodes", "0"]])
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong arguments end with code 2 and a usage line."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ganeti-lite")


def test_a_subcommands_help_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Options after the subcommand belong to it."""
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: ganeti-lite demo")


def test_subcommands_are_imported_late() -> None:
    """The dispatcher alone loads no subcommand."""
    program = "import sys, ganeti_lite.cli; sys.exit('ganeti_lite.simulator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_manual_page_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """The options of the command and of each subcommand are in the manual page, and no others."""
    shown = ""
    for arguments in ([], *([name] for name in SUBCOMMANDS)):
        with pytest.raises(SystemExit):
            main([*arguments, "--help"])
        shown += capsys.readouterr().out
    page = (Path(__file__).parent.parent / "man/ganeti-lite.8.rst").read_text()
    described = set(re.findall(r"^(--[a-z][a-z-]*)", page, re.MULTILINE))
    assert described == set(re.findall(r"(?<=[ \[])--[a-z][a-z-]*", shown))
