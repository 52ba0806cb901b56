"""Lays out what a command has to tell of one thing: nested names and values, valid YAML.

Two blanks a level; what has entries of its own starts on the line below its name; a list's items stand behind dashes.
A mapping is sorted by its keys, a :class:`Section` keeps its order.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Section(NamedTuple):
    """Names and values in a fixed order.

    :ivar entries: a value is a section, a mapping, a list, :class:`Aligned`, :class:`Inline`, or anything that has a
        text.
    """

    entries: tuple[tuple[str, object], ...]


class Aligned(NamedTuple):
    """A value of a section that stands below those of the same group.

    :ivar value: what has a text.
    """

    value: object
    group: str = ""


class Inline(NamedTuple):
    """Values on one line, in brackets."""

    values: tuple[object, ...]


def lay_out_report(value: object) -> list[str]:
    """The lines of a report; at least one, empty if there is nothing to tell."""
    lines = list(_lay_out_nested(value))
    while lines and not lines[-1]:
        lines.pop()
    return lines or [""]


def _lay_out_nested(value: object) -> Iterator[str]:
    match value:
        case Section(entries):
            yield from _lay_out_section(entries)
        case Inline(values):
            yield f"[{', '.join(map(str, values))}]"
        case Mapping():
            for name in sorted(value):
                yield from _lay_out_entry(name, value[name])
        case list():
            for item in value:
                yield from _lay_out_item(item)
        case _:
            yield str(value)


def _lay_out_section(entries: Sequence[tuple[str, object]]) -> Iterator[str]:
    widths = _measure(entries)
    for name, inner in entries:
        if isinstance(inner, Aligned):
            yield f"{name}: ".ljust(widths[inner.group] + 2) + str(inner.value)
        else:
            yield from _lay_out_entry(name, inner)


def _measure(entries: Sequence[tuple[str, object]]) -> Mapping[str, int]:
    widths: dict[str, int] = {}
    for name, value in entries:
        if isinstance(value, Aligned):
            widths[value.group] = max(widths.get(value.group, 0), len(name))
    return widths


def _lay_out_entry(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, Section | Mapping | list):
        inline = next(_lay_out_nested(value))
        yield f"{name}: {inline}"
        return
    yield f"{name}: "
    for line in _lay_out_nested(value):
        yield f"  {line}"


def _lay_out_item(item: object) -> Iterator[str]:
    lines = list(_lay_out_nested(item)) or [""]
    yield f"- {lines[0]}"
    yield from (f"  {line}" for line in lines[1:])
