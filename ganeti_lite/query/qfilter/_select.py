"""Evaluation: which rows pass a filter.

Conditions are tested on whole columns, each on just those rows that the operators to its left leave in question, as
row by row evaluation from left to right would do. So exactly the same conditions are tested on exactly the same rows;
only which of several errors is met first could differ, and in that case the first row that fails is looked for.
"""

from collections.abc import Callable, Sequence
from itertools import compress

from ganeti_lite.errors import GanetiError
from ganeti_lite.query._trampoline import Walk, bounce

from ._ast import Always, And, Filter, Leaf, Not, Or
from ._regex import SearchLimitError

Rows = list[int]
LeafTest = Callable[[Leaf, Rows], Sequence[bool]]
"""For a leaf and some rows, whether each row satisfies it."""


def select(root: Filter, rows: Rows, test: LeafTest) -> Rows:
    """The *rows* that pass, in their order.

    :raises GanetiError: what *test* raised for the first row that it fails for.
    :raises SearchLimitError: the rows all together are too much work.
    """
    try:
        return _select(root, rows, test)
    except SearchLimitError:
        raise
    except GanetiError:
        return _select(root, _find_first_failing(root, rows, test), test)


def _find_first_failing(root: Filter, rows: Rows, test: LeafTest) -> Rows:
    """Of *rows*, at least one of which fails, the first alone: rows fail independently, so halving finds it."""
    while len(rows) > 1:
        head = rows[: len(rows) // 2]
        try:
            _select(root, head, test)
        except GanetiError:
            rows = head
        else:
            rows = rows[len(head) :]
    return rows


def _select(root: Filter, rows: Rows, test: LeafTest) -> Rows:
    def walk(request: tuple[Filter, Rows]) -> Walk[tuple[Filter, Rows], Rows]:
        node, asked = request
        match node:
            case Always():
                return asked
            case And(operands):
                for operand in operands:
                    asked = (yield operand, asked) if asked else asked
                return asked
            case Or(operands):
                return (yield from _walk_or(operands, asked))
            case Not(operand):
                passed = set((yield operand, asked))
                return [row for row in asked if row not in passed]
        return list(compress(asked, test(node, asked))) if asked else asked

    return bounce(walk, (root, rows))


def _walk_or(operands: Sequence[Filter], rows: Rows) -> Walk[tuple[Filter, Rows], Rows]:
    passed: set[int] = set()
    open_rows = rows
    for operand in operands:
        if not open_rows:
            break
        found = yield operand, open_rows
        passed.update(found)
        open_rows = [row for row in open_rows if row not in passed] if found else open_rows
    return [row for row in rows if row in passed]
