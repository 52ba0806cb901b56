"""The manual pages say what the commands have, no more and no less."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from ganeti_lite.commands.definitions import COMMON_OPTIONS, Program
from ganeti_lite.commands.filters.parser import OPERATORS, parse_filter
from ganeti_lite.commands.options import Option

from .programs import PROGRAMS

PAGES: Final = Path(__file__).parent.parent.parent / "man"


def read_page(name: str) -> str:
    """The source of a page, its parts filled in."""
    page = (PAGES / name).read_text()
    return re.sub(r"^\.\. include:: (\S+)$", lambda match: (PAGES / match[1]).read_text(), page, flags=re.MULTILINE)


def split_sections(text: str, underline: str) -> Mapping[str, str]:
    """Sections by title, of one level of headings."""
    parts = re.split(rf"^(\S.*)\n{re.escape(underline)}{{3,}}$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def find_options(text: str) -> set[str]:
    """The options that a section describes, long and short, each with the name of its value if it has one."""
    described = re.findall(r"^(-\S.*)$", text, flags=re.MULTILINE)
    return {option for line in described for option in line.split(", ")}


def write_options(options: tuple[Option, ...]) -> set[str]:
    """Options as a page has them."""
    return {
        name if option.metavar is None else f"{name}{'=' if name.startswith('--') else ' '}{option.metavar}"
        for option in options
        for name in option.names
    }


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_commands_and_options(program: Program) -> None:
    """A page describes each command of a program with each of its options, and no others."""
    sections = split_sections(read_page(f"{program.name}.8.rst"), "=")
    commands = split_sections(sections["COMMANDS"], "-")
    assert commands.keys() == {command.name for command in program.commands}
    for command in program.commands:
        assert find_options(commands[command.name]) == write_options(command.own_options)
    assert find_options(sections["COMMON OPTIONS"]) == write_options(COMMON_OPTIONS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_environment(program: Program) -> None:
    """A page describes the variable with a list's default options where there is one."""
    section = split_sections(read_page(f"{program.name}.8.rst"), "=")["ENVIRONMENT"]
    described = set(re.findall(r"^[A-Z_]+$", section, re.MULTILINE))
    own = {command.defaults_variable for command in program.commands if command.defaults_variable}
    colors = {"NO_COLOR"} if "list-fields" in program.loaders else set()
    assert described == {"GANETI_ROOTDIR", "GANETI_HOSTNAME", "FORCE_LUXI_SOCKET"} | own | colors


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_synopsis(program: Program) -> None:
    """The synopsis has a line for each command."""
    synopsis = split_sections(read_page(f"{program.name}.8.rst"), "=")["SYNOPSIS"]
    assert re.findall(r"\| \*\*\S+\*\* \*\*(\S+)\*\*", synopsis) == [command.name for command in program.commands]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_aliases(program: Program) -> None:
    """A page tells the other names of commands."""
    section = split_sections(read_page(f"{program.name}.8.rst"), "=")["DESCRIPTION"]
    described = re.findall(r"\*\*(\S+)\*\*\s+for\s+\*\*(\S+)\*\*", section)
    assert dict(described) == program.aliases


LISTING_PROGRAMS: Final = [program for program in PROGRAMS if "list-fields" in program.loaders]


@pytest.mark.parametrize("program", LISTING_PROGRAMS, ids=lambda program: program.name)
def test_default_columns(program: Program) -> None:
    """A list's page names its usual columns."""
    section = split_sections(read_page(f"{program.name}.8.rst"), "=")["COMMANDS"]
    sentence = re.search(r"By default the fields are (.*?)\.$", section, re.DOTALL | re.MULTILINE)
    described = re.findall(r"``(\S+)``", sentence[1] if sentence else "")
    command = program.find("list")
    assert command is not None
    assert f"by default this is {', '.join(described)}." in command.description


def test_operators_of_filters() -> None:
    """The filter's page describes every operator."""
    page = read_page("ganeti-lite-filter.7.rst")
    assert all(f"``{operator}``" in page for operator in [*OPERATORS, "in", "not in"])


def test_examples() -> None:
    """The filters in the pages' examples follow the grammar."""
    examples = [
        words[-1]
        for path in PAGES.glob("*.rst")
        for line in re.findall(r"^ +(gnt-\S+ list .*)$", path.read_text(), re.MULTILINE)
        if any(character in (words := shlex.split(line))[-1] for character in '=<"')
    ]
    assert len(examples) > 3
    for example in examples:
        parse_filter(example)
