"""The option for the format of what is printed; :mod:`~ganeti_lite.commands.formats` knows how to write each."""

from typing import Final

from .options import Option

TABLE: Final = "table"
"""What Ganeti's commands print."""

FORMAT: Final = Option(
    ("--format",),
    "how to print: table as Ganeti does it, or for programs json, jsonl (a line a record), csv, yaml",
    "FORMAT",
    (TABLE, "json", "jsonl", "csv", "yaml"),
    is_addition=True,
)
