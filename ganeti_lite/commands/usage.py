"""Help texts and usage messages."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from .definitions import Command, Program
from .options import Option

_WIDTH: Final = 79
_LONGEST_LABEL: Final = 22


def describe_program(program: Program) -> list[str]:
    """What commands a program has."""
    width = max(len(command.name) for command in program.commands)
    lines = [
        f"Usage: {program.name} {{command}} [options...] [argument...]",
        f"{program.name} <command> --help to see details, or man {program.name}",
        "",
        "Commands:",
    ]
    for command in program.commands:
        label = f" {command.name:{width}} - "
        lines += textwrap.wrap(
            command.description,
            _WIDTH,
            initial_indent=label,
            subsequent_indent=" " * len(label),
            break_on_hyphens=False,
        )
    return lines


def summarize_usage(program: Program, command: Command) -> list[str]:
    """How a command is called, in short."""
    call = f"{program.name} {command.name} {command.synopsis}"
    return ["Usage", "=====", *_wrap(call, "  "), ""]


def _wrap(text: str, indent: str) -> list[str]:
    """Lines of a call; a short one keeps a blank at its end, as Ganeti's commands do."""
    if len(indent + text) <= _WIDTH:
        return [indent + text]
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent * 2, break_on_hyphens=False)


def describe_command(program: Program, command: Command) -> list[str]:
    """What a command does and which options it takes."""
    return [
        *summarize_usage(program, command),
        *textwrap.wrap(command.description, _WIDTH, break_on_hyphens=False),
        "",
        "Options",
        "=======",
        *_describe_options(command.options),
    ]


def _describe_options(options: Iterable[Option]) -> Iterator[str]:
    labels = {_label(option): option.description for option in options}
    width = max(len(label) for label in labels if len(label) <= _LONGEST_LABEL) + 2
    for label, description in labels.items():
        first, *others = textwrap.wrap(description, _WIDTH - width)
        if len(label) > _LONGEST_LABEL:
            yield label
            yield " " * width + first
        else:
            yield f"{label:{width}}{first}"
        yield from (" " * width + line for line in others)


def _label(option: Option) -> str:
    long, *short = option.names
    if option.metavar is None:
        return ", ".join(option.names)
    return ", ".join([f"{long}={option.metavar}", *(f"{name} {option.metavar}" for name in short)])
