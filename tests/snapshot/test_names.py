"""Names: the exact one first, else all that it is a short name of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.snapshot import NameIndex, is_name_match

NAMES = st.text("ab.-", max_size=5)
INDEX = NameIndex.of(
    [
        ("node1.example.com", "u1"),
        ("node1", "u2"),
        ("node10.example.com", "u3"),
        ("web.a.example.com", "u4"),
        ("web.b.example.com", "u5"),
        ("web-c.example.com", "u6"),
    ]
)


@pytest.mark.parametrize(
    ("name", "uuids"),
    [
        ("node1.example.com", ("u1",)),
        ("node1", ("u2",)),
        ("node1.example", ("u1",)),
        ("node10", ("u3",)),
        ("web", ("u4", "u5")),
        ("web.a", ("u4",)),
        ("web.", ()),
        ("we", ()),
        ("node", ()),
        ("NODE1", ()),
        ("", ()),
        ("zzz", ()),
    ],
)
def test_look_up(name: str, uuids: tuple[str, ...]) -> None:
    """An exact name is found alone even if it is also a short name; part of a label is no name; case matters."""
    assert INDEX.find(name) == uuids


@given(names=st.lists(NAMES, unique=True, max_size=8), wanted=NAMES)
def test_look_up_is_that_of_a_search(names: list[str], wanted: str) -> None:
    """The index finds what a search through all names finds."""
    index = NameIndex.of((name, f"uuid of {name}") for name in names)
    found = [wanted] if wanted in names else sorted(name for name in names if is_name_match(name, wanted))
    assert index.find(wanted) == tuple(f"uuid of {name}" for name in found)


def test_of_equal_names_the_first_counts() -> None:
    """Two objects of one name are no reason to fail: the first has it."""
    assert NameIndex.of([("a", "u1"), ("a", "u2")]).find("a") == ("u1",)


@pytest.mark.parametrize(
    ("full_name", "name", "is_match"),
    [
        ("node1.example.com", "node1.example.com", True),
        ("node1.example.com", "node1", True),
        ("node1.example.com", "node1.example", True),
        ("node1.example.com", "node", False),
        ("node1.example.com", "node1.", False),
        (".hidden", "", False),
        ("node1.example.com", "", False),
        ("", "", True),
    ],
)
def test_matches(full_name: str, name: str, is_match: bool) -> None:
    """A name matches itself and what it is a short name of; the empty text stands for no other name."""
    assert is_name_match(full_name, name) is is_match
