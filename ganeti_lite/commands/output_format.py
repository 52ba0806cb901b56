"""The option for the format of what is printed, and the choice between a table and records.

:mod:`~ganeti_lite.commands.formats` knows how to write records; it is imported only when there are to be some.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .options import Option, Values

TABLE: Final = "table"
"""What Ganeti's commands print."""

MISSING: Final = "_missing"
"""The member of a record that says of each field without a value why it has none."""

FORMAT: Final = Option(
    ("--format",),
    "how to print: table as Ganeti does it, or for programs json, jsonl (a line a record), csv, yaml",
    "FORMAT",
    (TABLE, "json", "jsonl", "csv", "yaml"),
    is_addition=True,
)


def render(
    options: Values,
    to_table: Callable[[], Sequence[str]],
    to_records: Callable[[], Sequence[Mapping[str, Any]]],
    names: Sequence[str] | None = None,
) -> list[str]:
    """The lines of a table, or of records in the format that was asked for.

    :param names: of what every record has, in order; by default of what any of them has.
    """
    format_name = options.text(FORMAT.key) or TABLE
    if format_name == TABLE:
        return list(to_table())
    from .formats import write_records  # noqa: PLC0415 - a table is made without

    records = to_records()
    if names is None:
        names = list(dict.fromkeys(name for record in records for name in record))
    return write_records(records, names, format_name)
