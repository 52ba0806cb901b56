"""The first pass of a filter with conditions that cannot be tested yet: which rows may still pass.

A condition is then true, false or open. A row that a condition of known fields rules out is gone; one that depends on
an open condition stays. A condition that does not fit a value's type counts as open: whether it is ever reached is
seen in the second pass, which has all values.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ganeti_lite.errors import GanetiError
from ganeti_lite.query._trampoline import Walk, bounce

from ._ast import Always, And, Filter, Leaf, Not, Or
from ._select import Rows

OpenTest = Callable[[Leaf, Rows], Sequence[bool] | None]
"""For a leaf and some rows, whether each row satisfies it; None if that is open."""


class _Verdict(NamedTuple):
    """Rows that may pass, and rows that surely do."""

    possible: frozenset[int]
    certain: frozenset[int]


def select_possible(root: Filter, rows: Rows, test: OpenTest) -> Rows:
    """The *rows* that no known value keeps from passing, in their order."""

    def walk(request: tuple[Filter, frozenset[int]]) -> Walk[tuple[Filter, frozenset[int]], _Verdict]:
        node, asked = request
        match node:
            case Always():
                return _Verdict(asked, asked)
            case And(operands):
                possible, certain = asked, asked
                for operand in operands:
                    verdict = yield operand, possible
                    possible, certain = verdict.possible, certain & verdict.certain
                return _Verdict(possible, certain)
            case Or(operands):
                possible, certain = frozenset(), frozenset()
                for operand in operands:
                    verdict = yield operand, asked - certain
                    possible, certain = possible | verdict.possible, certain | verdict.certain
                return _Verdict(possible, certain)
            case Not(operand):
                verdict = yield operand, asked
                return _Verdict(asked - verdict.certain, asked - verdict.possible)
        return _judge(node, asked, test)

    passed = bounce(walk, (root, frozenset(rows))).possible
    return [row for row in rows if row in passed]


def _judge(leaf: Leaf, asked: frozenset[int], test: OpenTest) -> _Verdict:
    rows = list(asked)
    try:
        verdicts = test(leaf, rows)
    except GanetiError:
        verdicts = None
    if verdicts is None:
        return _Verdict(asked, frozenset())
    passed = frozenset(row for row, verdict in zip(rows, verdicts, strict=True) if verdict)
    return _Verdict(passed, passed)
