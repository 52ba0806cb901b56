"""The golden cluster and what every field says of it.

``golden/config.json`` is a small cluster with everything odd that a configuration may hold; ``golden/values.json``
holds every field's cells, which are those of Ganeti 3.0.2's query daemon for the same file except where
``docs/differences.md`` says otherwise. ``golden/definitions.json`` is what that daemon says of its fields, and
``golden/cluster_info.json`` its answer to ``QueryClusterInfo``.

Write ``golden/values.json`` anew after a deliberate change, and read the difference::

    python -m tests.query.golden_answers
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from ganeti_lite.config import parse_config
from ganeti_lite.constants import ItemType
from ganeti_lite.query import View
from ganeti_lite.query.fields import FIELDS

from .asking import ask, ask_cells

FOLDER: Final = Path(__file__).parent / "golden"
VALUES: Final = FOLDER / "values.json"

CONFIGURED: Final = (ItemType.INSTANCE, ItemType.NODE, ItemType.GROUP, ItemType.NETWORK)
"""The item types whose objects are those of the configuration."""

Answers = dict[str, dict[str, list[Any]]]
"""Item type → field → cells in listing order."""


@cache
def golden_view() -> View:
    """The golden cluster."""
    return View(parse_config((FOLDER / "config.json").read_bytes()))


def load_definitions() -> dict[str, list[list[str]]]:
    """Item type → ``[name, title, kind]`` of each field, in the order of the field list."""
    definitions: dict[str, list[list[str]]] = json.loads((FOLDER / "definitions.json").read_bytes())
    return definitions


def load_answers() -> Answers:
    """The golden answers."""
    answers: Answers = json.loads(VALUES.read_bytes())
    return answers


def collect_answers(view: View) -> Answers:
    """What every field of every configured item type says now."""
    answers: Answers = {}
    for item_type in CONFIGURED:
        fields = FIELDS[item_type]
        columns = zip(*ask(view, item_type, *fields), strict=True)
        answers[item_type.value] = dict(zip(fields, map(list, columns), strict=True))
    return answers


def golden_cells(item_type: str, field: str) -> dict[str, Any]:
    """A field's cells in the golden cluster by UUID."""
    return ask_cells(golden_view(), item_type, field)


def format_answers(answers: Answers) -> str:
    """The text of ``values.json``: one line a field."""
    tables = []
    for item_type, columns in answers.items():
        lines = (f"  {json.dumps(name)}: {json.dumps(cells, ensure_ascii=False)}" for name, cells in columns.items())
        tables.append(f" {json.dumps(item_type)}: {{\n" + ",\n".join(lines) + "\n }")
    return "{\n" + ",\n".join(tables) + "\n}\n"


if __name__ == "__main__":
    VALUES.write_text(format_answers(collect_answers(golden_view())), encoding="utf-8")
