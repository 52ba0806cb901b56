"""The first pass never drops a row that the second could let through, and drops what it can."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.errors import ParameterError
from ganeti_lite.query.qfilter import And, Compare, Filter, IsTrue, Leaf, Not, Or, Rows, select, select_possible

ROWS = 6
KNOWN = ("a", "b")
OPEN = ("x", "y")

LEAVES = st.sampled_from([IsTrue(name) for name in (*KNOWN, *OPEN)])
FILTERS: st.SearchStrategy[Filter] = st.recursive(
    LEAVES,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, max_size=3).map(lambda operands: And(tuple(operands)))
        | st.lists(inner, max_size=3).map(lambda operands: Or(tuple(operands)))
    ),
    max_leaves=8,
)
COLUMN = st.lists(st.booleans(), min_size=ROWS, max_size=ROWS)


@given(FILTERS, st.fixed_dictionaries(dict.fromkeys(KNOWN, COLUMN)))
def test_exactly_the_rows_that_some_values_let_through_stay(qfilter: Filter, known: dict[str, list[bool]]) -> None:
    """Every row that passes for some values of the open fields stays."""

    def open_test(leaf: Leaf, rows: Rows) -> list[bool] | None:
        return [known[leaf.field][row] for row in rows] if leaf.field in known else None

    stayed = set(select_possible(qfilter, list(range(ROWS)), open_test))
    for values in product([False, True], repeat=len(OPEN)):
        table = {**known, **{name: [value] * ROWS for name, value in zip(OPEN, values, strict=True)}}

        def test(leaf: Leaf, rows: Rows, table: dict[str, list[bool]] = table) -> list[bool]:
            return [table[leaf.field][row] for row in rows]

        assert set(select(qfilter, list(range(ROWS)), test)) <= stayed


@given(FILTERS, st.fixed_dictionaries(dict.fromkeys((*KNOWN, *OPEN), COLUMN)))
def test_with_all_fields_known_it_is_the_filter(qfilter: Filter, table: dict[str, list[bool]]) -> None:
    """Where nothing is open, the first pass is the filter itself."""

    def test(leaf: Leaf, rows: Rows) -> list[bool]:
        return [table[leaf.field][row] for row in rows]

    assert select_possible(qfilter, list(range(ROWS)), test) == select(qfilter, list(range(ROWS)), test)


def test_a_condition_that_fails_is_open() -> None:
    """A condition that does not fit is left to the second pass, which may never reach it."""

    def test(leaf: Leaf, rows: Rows) -> list[bool]:
        if leaf.field == "b":
            raise ParameterError("does not fit")
        return [row < 2 for row in rows]

    qfilter = And((IsTrue("a"), Compare("==", "b", 5)))
    assert select_possible(qfilter, list(range(ROWS)), test) == [0, 1]


def test_deep_filters_do_not_recurse() -> None:
    """Ten thousand levels are no problem."""
    qfilter: Filter = IsTrue("x")
    for _ in range(10_000):
        qfilter = Not(qfilter)
    assert select_possible(qfilter, [0, 1], lambda _leaf, _rows: None) == [0, 1]
