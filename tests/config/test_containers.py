"""Lists and objects that one hook structures as a whole, and free-form values."""

from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.config._containers import (
    MAX_DEPTH,
    MemberError,
    freeze,
    level_of,
    list_of,
    map_of,
    structure_free,
    structure_tags,
)
from ganeti_lite.config._scalars import structure_flag, structure_integer

LEVEL = level_of({"second": structure_flag, "first": structure_integer})
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


PLACES_BY_KEY = [("a", "first"), ("b", "second"), ("b", "first")]


def thaw(value: object) -> Any:
    """A frozen value as lists and dictionaries."""
    if isinstance(value, MappingProxyType):
        return {key: thaw(item) for key, item in value.items()}
    return [thaw(item) for item in value] if isinstance(value, tuple) else value


@given(JSON_VALUES)
def test_frozen_values_are_equal(value: object) -> None:
    """Freezing changes no value, and freezing what was thawed changes nothing at all."""
    frozen = freeze(value)
    assert thaw(frozen) == value
    assert repr(freeze(thaw(frozen))) == repr(frozen)


def test_frozen_objects_are_sorted() -> None:
    """Free-form objects come out sorted by key, on every level."""
    assert repr(thaw(freeze({"b": {"d": 1, "c": 2.0}, "a": [{"f": 1, "e": 2}]}))) == (
        "{'a': [{'e': 2, 'f': 1}], 'b': {'c': 2, 'd': 1}}"
    )


def test_levels_keep_their_declared_order() -> None:
    """Known parameters come first and as declared, others sorted by name; a known null counts as absent."""
    assert list(LEVEL({"z": None, "a": [1], "first": 1, "second": True}, None).items()) == [
        ("second", True),
        ("first", 1),
        ("a", (1,)),
        ("z", None),
    ]
    assert dict(LEVEL({"first": None}, None)) == {}


@pytest.mark.parametrize(
    ("hook", "value", "complaints"),
    [
        (list_of(structure_flag), [True, 1, False, "x"], [("1",), ("3",)]),
        (map_of(LEVEL), {"b": {"first": "x", "second": 1}, "a": {"first": []}}, PLACES_BY_KEY),
        (LEVEL, {"z": {"y": [0, 2**70]}}, [("z", "y", "1")]),
        (structure_free, {"a": 2**70, "b": {"c": 2**80}}, [("a",), ("b", "c")]),
    ],
)
def test_every_member_is_complained_about(hook: Any, value: object, complaints: list[tuple[str, ...]]) -> None:
    """One error tells all faulty members."""
    with pytest.raises(MemberError) as caught:
        hook(value, None)
    assert [steps for steps, _ in caught.value.complaints] == complaints


def test_depth_is_limited() -> None:
    """Free-form values nest up to a limit."""
    value: list[object] = []
    for _ in range(MAX_DEPTH - 1):
        value = [value]
    assert thaw(freeze(value)) == value
    with pytest.raises(ValueError, match="nests more than"):
        freeze([value])


def test_tags_are_sorted_and_unique() -> None:
    """Tags are answered sorted by code point, each once."""
    assert structure_tags(["b", "a", "Z", "b", "ä"], None) == ("Z", "a", "b", "ä")
