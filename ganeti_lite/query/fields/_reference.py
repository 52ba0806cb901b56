"""The list of all fields for people, as Markdown."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from ganeti_lite.constants import ItemType
from ganeti_lite.snapshot import nice_key

from ._field import Field

_HEAD: Final = """\
# Fields

What queries can ask for and filters can test, by item type. `list-fields` of each command shows the same.

- *kind* says how a value is shown: *unit* is a size in MiB, *timestamp* seconds since 1970, *other* any JSON value.
- N stands for a number, from 0 to the one that is given.
- *live*: only the node daemons know it, so they are asked. *short names*: equality in filters takes a short name.

This page is written by `python -m ganeti_lite.query.fields > docs/fields.md`.
"""

_NUMBERED: Final = re.compile(r"(.*/)[0-9]+")


def format_reference(tables: Mapping[ItemType, Mapping[str, Field]]) -> str:
    """The page: a table for each item type, one line for each field or numbered family, in nice order."""
    sections = [_HEAD]
    for item_type, fields in tables.items():
        ordered = sorted(fields.values(), key=lambda field: nice_key(field.name))
        rows = ["| name | title | kind | description | |", "|---|---|---|---|---|", *_format_rows(ordered)]
        sections.append(f"## {item_type} ({len(fields)} fields)\n\n" + "\n".join(rows) + "\n")
    return "\n".join(sections)


def _format_rows(ordered: list[Field]) -> Iterator[str]:
    for _, family in groupby(ordered, key=lambda field: _NUMBERED.sub(r"\1", field.name)):
        members = list(family)
        yield _format_row(members[0]) if len(members) == 1 else _format_family(members)


def _format_row(field: Field) -> str:
    notes = ", ".join(["live"] * field.is_live + ["short names"] * field.is_hostname)
    return f"| `{field.name}` | {field.title} | {field.kind} | {field.doc} | {notes} |"


def _format_family(members: list[Field]) -> str:
    row = _format_row(members[-1])
    last = members[-1].name.rpartition("/")[2]
    return row.replace(last, "N").removesuffix(" |") + f"N ≤ {last} |"
