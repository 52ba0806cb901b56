"""Recursion without the interpreter's stack."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.query._trampoline import Walk, bounce

TREES = st.recursive(st.integers(-5, 5), lambda inner: st.lists(inner, max_size=3), max_leaves=20)


def add_up(tree: Any) -> Walk[Any, int]:
    """The sum of the leaves of nested lists."""
    if isinstance(tree, int):
        return tree
    total = 0
    for part in tree:
        total += yield part
    return total


def flatten(tree: Any) -> list[int]:
    """The leaves of nested lists."""
    return [tree] if isinstance(tree, int) else [leaf for part in tree for leaf in flatten(part)]


@given(TREES)
def test_results_are_those_of_recursion(tree: Any) -> None:
    """A walk is sent the results of the walks that it asks for, in order."""
    assert bounce(add_up, tree) == sum(flatten(tree))


def test_depth_has_no_limit() -> None:
    """A tree far deeper than the interpreter's stack is walked."""
    tree: Any = 1
    for _ in range(30_000):
        tree = [tree, 1]
    assert bounce(add_up, tree) == 30_001


def test_none_is_a_result() -> None:
    """A walk may give None, and is sent it."""
    seen: list[None] = []

    def walk(depth: int) -> Walk[int, None]:
        if depth:
            seen.append((yield depth - 1))

    assert bounce(walk, 3) is None
    assert seen == [None] * 3


def test_exceptions_come_out_and_walks_end() -> None:
    """What a walk raises leaves all the walks that wait for it, and each of them may clean up."""
    closed = []

    def walk(depth: int) -> Walk[int, int]:
        if depth == 0:
            raise KeyError("the deepest")
        try:
            return (yield depth - 1)
        finally:
            closed.append(depth)

    with pytest.raises(KeyError, match="the deepest"):
        bounce(walk, 3)
    assert sorted(closed) == [1, 2, 3]
