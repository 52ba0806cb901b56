"""The page that lists all fields."""

import subprocess
import sys
from pathlib import Path

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.query.fields import FIELDS, Field
from ganeti_lite.query.fields._field import attribute, config_field, each_live, live_field
from ganeti_lite.query.fields._reference import format_reference

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "fields.md"


def format_rows(*fields: Field) -> list[str]:
    """The lines of the table that these fields make."""
    page = format_reference({ItemType.NODE: {field.name: field for field in fields}})
    return page.partition("|---|---|---|---|---|\n")[2].splitlines()


def test_the_page_is_up_to_date() -> None:
    """``docs/fields.md`` is what the tables of fields say now; see its head for how to write it."""
    assert PAGE.read_text(encoding="utf-8") == format_reference(FIELDS)


def test_the_page_is_written_by_a_command() -> None:
    """Running the package prints the page."""
    command = [sys.executable, "-m", "ganeti_lite.query.fields"]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env={"PYTHONIOENCODING": "utf-8"})
    assert shown.stdout == PAGE.read_bytes()


def test_a_field_is_a_line() -> None:
    """A line tells name, title, kind and description, and what is special about the field."""
    name = config_field("name", "Node", FieldKind.TEXT, "Its name", attribute("name"), is_hostname=True)
    memory = live_field("mfree", "MFree", FieldKind.UNIT, "Free memory", each_live(lambda _, node: node))
    assert format_rows(name, memory) == [
        "| `mfree` | MFree | unit | Free memory | live |",
        "| `name` | Node | text | Its name | short names |",
    ]


def test_a_numbered_family_is_a_line() -> None:
    """Fields that differ in their number only are told once, with the highest number."""
    family = [
        config_field(f"disk.size/{index}", f"Disk/{index}", FieldKind.UNIT, f"The size of disk {index}", attribute("x"))
        for index in range(12)
    ]
    assert format_rows(*family) == ["| `disk.size/N` | Disk/N | unit | The size of disk N | N ≤ 11 |"]


def test_every_field_is_on_the_page() -> None:
    """No field and no number of a family is left out."""
    page = PAGE.read_text(encoding="utf-8")
    for fields in FIELDS.values():
        assert all(f"`{name}`" in page or f"`{name.rpartition('/')[0]}/N`" in page for name in fields)
