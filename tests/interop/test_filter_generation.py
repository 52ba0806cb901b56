"""The generated filters are the same in each run, and of every kind."""

import json
import random
from collections.abc import Iterator
from typing import Any

from .fields import NORMAL, FieldSample
from .filters import COMPARISONS, Filter, FilterSource, lookups

FIELDS = [
    FieldSample("name", "text", [(NORMAL, "web-1.example.com"), (NORMAL, "db-2.example.com")]),
    FieldSample("size", "number", [(NORMAL, 128), (NORMAL, 256)]),
    FieldSample("up", "bool", [(NORMAL, True), (NORMAL, False)]),
    FieldSample("tags", "other", [(NORMAL, ["a", "b"]), (NORMAL, [])]),
    FieldSample("params", "other", [(NORMAL, {"a": 1}), (NORMAL, {})]),
]


def make(seed: int, count: int) -> list[Filter]:
    """So many filters from a seed."""
    source = FilterSource(FIELDS, random.Random(seed))
    return [source.filter() for _ in range(count)]


def operators(qfilter: Filter) -> Iterator[str]:
    """All operators in a filter; ``null`` for the one that is none."""
    if qfilter is None:
        yield "null"
        return
    operator, *operands = qfilter
    yield operator
    if operator in ("&", "|", "!"):
        for operand in operands:
            yield from operators(operand)


def test_equal_seeds_make_equal_filters() -> None:
    """A difference that was found once is found again."""
    assert make(1, 200) == make(1, 200)
    assert make(1, 200) != make(2, 200)


def test_every_operator_occurs() -> None:
    """Nothing of the language is left out."""
    found = {operator for qfilter in make(1, 300) for operator in operators(qfilter)}
    assert found == {*COMPARISONS, "null", "&", "|", "!", "?", "=~", "=[]"}


def test_filters_can_be_sent() -> None:
    """They are JSON, with whole numbers only."""
    for qfilter in make(3, 300):
        assert json.loads(json.dumps(qfilter)) == qfilter
        assert all(number.is_integer() for number in numbers(qfilter))


def numbers(value: Any) -> Iterator[float]:
    """All floating-point numbers in a value."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from numbers(element)


def test_look_ups_ask_for_each_name_and_for_what_is_not_there() -> None:
    """Full names, short names, identifiers, and names of nobody."""
    found = lookups(["web-1.example.com"], ["uuid-1"], random.Random(1), 30)
    for name in ("web-1.example.com", "web-1", "web-1.example", "uuid-1", "nosuch", "", 5):
        assert ["==", "name", name] in found
    assert any(qfilter[0] == "|" for qfilter in found)


def test_a_field_with_gaps_is_not_filtered_by() -> None:
    """Neither missing values nor gaps in lists are for the general comparison."""
    assert FIELDS[3].is_complete
    assert not FieldSample("ip", "text", [(NORMAL, "192.0.2.1"), (3, None)]).is_complete
    assert not FieldSample("ips", "other", [(NORMAL, ["192.0.2.1", None])]).is_complete
