"""Telling whether two daemons answer alike."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.commands.takeover._sample import LIVE_FIELDS, describe_difference
from ganeti_lite.constants import ItemType
from ganeti_lite.query.fields import FIELDS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("expected", "found", "difference"),
    [
        ([1, [2]], [1, [3]], "answer/1/0: 2 is not 3"),
        ({"a": 1}, {"a": 1, "b": 2}, "answer/b: only one of the two has it"),
        ([1], [1, 2], "answer: [1] is not [1, 2]"),
        (1, True, "answer: 1 is not True"),
        (1, 1.0, "answer: 1 is not 1.0"),
        (None, [], "answer: None is not []"),
    ],
)
def test_differences_are_told_with_their_place(expected: Any, found: Any, difference: str) -> None:
    """The operator sees where the answers part, and both values."""
    assert describe_difference(expected, found) == difference


@given(JSON, JSON)
def test_nothing_differs_from_itself_and_everything_else_does(one: Any, other: Any) -> None:
    """There is a difference exactly where two values are not the same JSON."""
    assert describe_difference(one, one) is None
    assert (describe_difference(one, other) is None) == (repr_of(one) == repr_of(other))


def repr_of(value: Any) -> str:
    """A text that is the same for the same JSON only."""
    if isinstance(value, dict):
        members = ",".join(f"{key!r}:{repr_of(value[key])}" for key in sorted(value))
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{','.join(map(repr_of, value))}]"
    return repr(value)


def test_what_moves_is_not_compared() -> None:
    """Exactly the fields that the nodes are asked for are left out."""
    live = {name for item in (ItemType.INSTANCE, ItemType.NODE) for name, each in FIELDS[item].items() if each.is_live}
    assert live == LIVE_FIELDS
