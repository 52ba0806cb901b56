"""Records for programs: JSON, JSON lines, CSV, YAML.

A record is a mapping from names to JSON values. One of an item in a list has, beside its fields, a member
:data:`~ganeti_lite.commands.output_format.MISSING` that says of each field without a value why it has none, so that
such a field's ``null`` is not taken for a value. ``docs/schemas`` describes them.

* JSON is one array, a record a line; JSON lines are the same without the array.
* CSV has a line of names, then a line a record. A text is as it is; any other value, and a list or an object in
  particular, is JSON; what is missing is the reason in parentheses.
* YAML is a sequence of mappings whose values are written as JSON, which YAML contains.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.clients.answers import QueryAnswer

from .cells import STATUS_WORDS
from .output_format import MISSING

Record = Mapping[str, Any]


def make_records(answer: QueryAnswer, count: int) -> list[Record]:
    """The records of a listing.

    :param count: how many of the fields, from the first on, are to be in them.
    """
    names = [field.name for field in answer.fields[:count]]
    records: list[Record] = []
    for row in answer.rows:
        cells = dict(zip(names, row, strict=False))
        missing = {name: STATUS_WORDS.get(status, str(status)) for name, (status, _) in cells.items() if status}
        values = {name: None if status else value for name, (status, value) in cells.items()}
        records.append({**values, MISSING: missing})
    return records


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_json(records: Sequence[Record], _names: Sequence[str]) -> Iterable[str]:
    if not records:
        return ["[]"]
    *others, last = map(_dump, records)
    return ["[", *(f"{text}," for text in others), last, "]"]


def _write_json_lines(records: Sequence[Record], _names: Sequence[str]) -> Iterable[str]:
    return map(_dump, records)


def _write_yaml(records: Sequence[Record], _names: Sequence[str]) -> Iterable[str]:
    if not records:
        return ["[]"]
    return [
        ("  " if index else "- ") + f"{_write_key(name)}: {_dump(value)}"
        for record in records
        for index, (name, value) in enumerate(record.items())
    ]


def _write_key(name: str) -> str:
    return name if name.replace("_", "").isalpha() else _dump(name)


def _write_csv(records: Sequence[Record], names: Sequence[str]) -> Iterable[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for record in records:
        missing = record.get(MISSING, {})
        writer.writerow(f"({missing[name]})" if name in missing else _write_field(record[name]) for name in names)
    return text.getvalue().removesuffix("\n").split("\n")


def _write_field(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else _dump(value)


_WRITERS: Final[Mapping[str, Callable[[Sequence[Record], Sequence[str]], Iterable[str]]]] = {
    "json": _write_json,
    "jsonl": _write_json_lines,
    "csv": _write_csv,
    "yaml": _write_yaml,
}


def write_records(records: Sequence[Record], names: Sequence[str], format_name: str) -> list[str]:
    """The lines of records in a format other than :data:`~ganeti_lite.commands.output_format.TABLE`.

    :param names: of what every record has, in the order of a table's columns.
    """
    return list(_WRITERS[format_name](records, names))
