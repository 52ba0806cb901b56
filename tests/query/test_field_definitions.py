"""What is said of fields: titles, kinds, descriptions, aliases."""

import json
import re
from collections.abc import Iterator

import pytest

from ganeti_lite.constants import FieldKind, ItemType
from ganeti_lite.query import describe_fields
from ganeti_lite.query.fields import FIELDS, Field
from ganeti_lite.query.fields._field import attribute, config_field, index_fields

from .golden_answers import golden_cells

ALIASES = {
    "vcpus": "be/vcpus",
    "be/memory": "be/maxmem",
    "sda_size": "disk.size/0",
    "sdb_size": "disk.size/1",
    "ip": "nic.ip/0",
    "mac": "nic.mac/0",
    "bridge": "nic.bridge/0",
    "nic_mode": "nic.mode/0",
    "nic_link": "nic.link/0",
    "nic_network": "nic.network/0",
}


def all_fields() -> Iterator[Field]:
    """Every field of every item type."""
    for fields in FIELDS.values():
        yield from fields.values()


def list_names(item_type: str, names: list[str] | None = None) -> list[str]:
    """The names that a field list has."""
    return [field["name"] for field in json.loads(describe_fields(ItemType(item_type), names))["fields"]]


def test_fields_are_known_by_their_names() -> None:
    """Each field stands under its name."""
    assert all(field.name == name for fields in FIELDS.values() for name, field in fields.items())


def test_titles_have_no_blanks() -> None:
    """A title is one word, since columns are told apart by blanks."""
    assert [field.name for field in all_fields() if not re.fullmatch(r"\S+", field.title)] == []


def test_titles_are_unique_but_for_aliases() -> None:
    """Within an item type no two fields share a title, unless one is the other's alias."""
    for item_type, fields in FIELDS.items():
        aliases = {ItemType.INSTANCE: ALIASES.keys(), ItemType.CLUSTER: {"name"}}.get(item_type, set())
        titles = [field.title for field in fields.values() if field.name not in aliases]
        assert len(set(titles)) == len(titles)


def test_descriptions_are_one_sentence() -> None:
    """A description is a sentence: it begins with a capital or a digit, stands on one line and has no full stop."""
    assert [field.doc for field in all_fields() if not re.fullmatch(r"[A-Z][^\n]*[^\s.,?!:;]", field.doc)] == []
    assert [field.doc for field in all_fields() if re.search(r"[.!?] ", field.doc)] == []


def test_descriptions_fit_a_terminal() -> None:
    """No description is so long that it would be read as a paragraph."""
    assert [field.doc for field in all_fields() if len(field.doc) > 80] == []


def test_only_unknown_fields_are_of_unknown_kind() -> None:
    """Every field says how its values are to be shown."""
    assert FieldKind.UNKNOWN not in {field.kind for field in all_fields()}


@pytest.mark.parametrize(("alias", "target"), ALIASES.items())
def test_aliases_are_their_targets(alias: str, target: str) -> None:
    """An alias has its own name, and the title, kind, description and values of its target."""
    fields = FIELDS[ItemType.INSTANCE]
    assert fields[alias] == fields[target].renamed(alias)
    assert golden_cells("instance", alias) == golden_cells("instance", target)


@pytest.mark.parametrize(
    ("item_type", "hostnames"),
    [("instance", {"name", "pnode"}), ("node", {"name"}), ("group", set()), ("network", set()), ("export", {"node"})],
)
def test_host_names_are_few(item_type: str, hostnames: set[str]) -> None:
    """Only these fields take short names in filters."""
    assert {name for name, field in FIELDS[ItemType(item_type)].items() if field.is_hostname} == hostnames


def test_field_lists_sort_numbers_by_value() -> None:
    """Without names all fields are listed, in the order in which objects are listed too."""
    names = list_names("instance")
    assert [name for name in names if name.startswith("disk.size/")] == [f"disk.size/{index}" for index in range(16)]
    assert names[:3] == ["admin_state", "admin_state_source", "admin_up"]
    assert list_names("instance", []) == names


def test_field_lists_keep_what_was_asked_for() -> None:
    """With names exactly these fields are listed, in their order, duplicates and unknown ones included."""
    assert list_names("node", ["uuid", "name", "nosuch", "name"]) == ["uuid", "name", "nosuch", "name"]


def test_unknown_fields_are_told_as_such() -> None:
    """A field that does not exist has its name for a title and says that it is unknown."""
    fields = json.loads(describe_fields(ItemType.GROUP, ["no such"]))["fields"]
    assert fields == [{"name": "no such", "title": "no such", "kind": "unknown", "doc": "Unknown field 'no such'"}]


def test_members_of_a_definition() -> None:
    """A definition has four members in Ganeti's order."""
    assert describe_fields(ItemType.NETWORK, ["name"]).startswith(
        b'{"fields":[{"name":"name","title":"Network","kind":"text","doc":"'
    )


def test_every_item_type_has_fields() -> None:
    """Whatever can be asked about has fields, which can be listed."""
    assert set(FIELDS) == set(ItemType)
    assert all(list_names(item_type) for item_type in ItemType)


def test_names_are_taken_once() -> None:
    """Two fields of one name, or an alias called like a field, are a mistake in the tables."""
    one, other = (config_field(name, "T", FieldKind.TEXT, "D", attribute("name")) for name in ("one", "other"))
    assert list(index_fields([one, other], [("alias", "one")])) == ["one", "other", "alias"]
    with pytest.raises(ValueError, match="two fields are called one"):
        index_fields([one, other, one])
    with pytest.raises(ValueError, match="an alias and a field are called other"):
        index_fields([one, other], [("other", "one")])
