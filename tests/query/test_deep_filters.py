"""Filters of very many levels or operands: no limit, no recursion, and a cost that follows their size.

Ten times as deep as Python's stack would bear; with a cost that grew with the square these tests would take hours.
"""

import gc
from collections.abc import Callable
from typing import Any, Final

import pytest

from ganeti_lite.errors import GanetiError
from ganeti_lite.query import FilterSyntaxError, View, parse_filter
from ganeti_lite.query.qfilter import iterate_leaves, list_requested_keys

from .asking import ask_uuids
from .made_up_columns import Columns
from .small_clusters import make_named_snapshot

DEPTH: Final = 10_000
COLUMNS: Final = Columns.of({"n": [1, 2, 3]})
ABOUT_TWO: Final = ["==", "n", 2]

SHAPES: Final[dict[str, tuple[Callable[[Any, int], Any], list[int]]]] = {
    "not": (lambda inner, _: ["!", inner], [1]),
    "and": (lambda inner, _: ["&", inner], [1]),
    "or": (lambda inner, _: ["|", inner], [1]),
    "and, deep on the right": (lambda inner, _: ["&", [">", "n", 0], inner], [1]),
    "or, deep on the left": (lambda inner, _: ["|", inner, ["==", "n", 3]], [1, 2]),
    "in turn": (lambda inner, level: (["!", inner], ["&", inner, None], ["|", inner, ["|"]])[level % 3], [1]),
}
"""What each level adds to the one within, and the rows that pass the whole."""


def nest(add: Callable[[Any, int], Any], depth: int, innermost: Any) -> Any:
    """A filter of so many levels."""
    built = innermost
    for level in range(depth):
        built = add(built, level)
    return built


@pytest.mark.parametrize("shape", SHAPES)
def test_depth_has_no_limit(shape: str) -> None:
    """A filter of 10,000 levels is parsed, analysed, evaluated and forgotten like any other."""
    add, rows = SHAPES[shape]
    raw = nest(add, DEPTH, ABOUT_TWO)
    parsed = parse_filter(raw)
    assert sum(1 for _ in iterate_leaves(parsed)) >= 1
    assert list_requested_keys(parsed, "name") == []
    assert COLUMNS.select(raw) == rows
    del parsed, raw
    gc.collect()


def test_an_error_in_the_depth_is_found() -> None:
    """What the innermost condition of a deep filter raises comes out."""
    with pytest.raises(GanetiError, match="trying to compare 1 with"):
        COLUMNS.select(nest(SHAPES["in turn"][0], DEPTH, ["==", "n", "x"]))


def test_what_is_malformed_in_the_depth_is_found() -> None:
    """A fault of the innermost condition is told, and one that is a deep list itself is not shown in full."""
    with pytest.raises(FilterSyntaxError, match="Unknown filter operand 'xx'"):
        parse_filter(nest(SHAPES["not"][0], DEPTH, ["xx"]))
    with pytest.raises(FilterSyntaxError) as refusal:
        parse_filter(["==", "n", nest(lambda inner, _: [inner], DEPTH, None)])
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("operator", ["&", "|"])
def test_width_has_no_limit(operator: str) -> None:
    """A filter of very many operands is evaluated in one go."""
    verdicts = {"&": [0, 2], "|": [0, 1, 2]}
    assert COLUMNS.select([operator, *[["!=", "n", 2]] * DEPTH, *[[">", "n", 0]] * DEPTH]) == verdicts[operator]


def test_names_may_be_many_and_deep() -> None:
    """Thousands of names, each a level deeper, are looked up and found in order."""
    view = View(make_named_snapshot("instance", {f"u{number}": f"inst{number}" for number in range(100)}))
    names = [f"inst{level % 100}" for level in range(2000)]
    raw = nest(lambda inner, level: ["|", inner, ["==", "name", names[level]]], len(names), ["|"])
    assert ask_uuids(view, "instance", raw) == [f"u{name[4:]}" for name in names]
