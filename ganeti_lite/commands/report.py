"""Lays out what a command has to tell of one thing: nested names and values, valid YAML.

Two blanks a level; what has entries of its own starts on the line below its name; a list's items stand behind dashes.
A mapping is sorted by its keys, a :class:`Section` keeps its order.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Section(NamedTuple):
    """Names and values in a fixed order.

    :ivar entries: a value is a section, a mapping, a list, or anything that has a text.
    """

    entries: tuple[tuple[str, object], ...]


def lay_out_report(value: object) -> list[str]:
    """The lines of a report."""
    return list(_lay_out_nested(value))


def _lay_out_nested(value: object) -> Iterator[str]:
    match value:
        case Section(entries):
            for name, inner in entries:
                yield from _lay_out_entry(name, inner)
        case Mapping():
            for name in sorted(value):
                yield from _lay_out_entry(name, value[name])
        case list():
            for item in value:
                yield from _lay_out_item(item)
        case _:
            yield str(value)


def _lay_out_entry(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, Section | Mapping | list):
        yield f"{name}: {value}"
        return
    yield f"{name}: "
    for line in _lay_out_nested(value):
        yield f"  {line}"


def _lay_out_item(item: object) -> Iterator[str]:
    mark = "- "
    for line in _lay_out_nested(item):
        yield mark + line
        mark = "  "
