"""Which rows pass a filter, compared with the plainest way of finding out."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.errors import GanetiError, ParameterError
from ganeti_lite.query.qfilter import Leaf, Rows, parse_filter, select

from .made_up_columns import MISSING, Columns
from .oracle import Row, filter_rows

HOSTNAMES = ("host",)
TEXTS = st.sampled_from(["", "a", "a.b", "a.b.c", "B", "z", '{0}"\\n'])
NUMBERS = st.integers(-1, 2)
VALUES = {
    "host": TEXTS,
    "text": TEXTS,
    "number": NUMBERS | st.sampled_from([0.5, 2**70]),
    "flag": st.booleans(),
    "texts": st.lists(TEXTS | st.none(), max_size=3),
    "numbers": st.lists(NUMBERS, max_size=3),
    "mixed": TEXTS | NUMBERS | st.booleans() | st.none() | st.lists(TEXTS | NUMBERS, max_size=2),
}
MISSING_VALUES = st.sampled_from([{"missing": word} for word in MISSING])
NAMES = st.sampled_from(list(VALUES))
LITERALS = TEXTS | NUMBERS

# Conditions mostly fit the types of their columns, so that errors come up here and there and not at once.
FITTING = st.one_of(
    st.tuples(st.sampled_from(["==", "=", "!=", "<", ">", "<=", ">="]), st.sampled_from(["host", "text"]), TEXTS),
    st.tuples(st.sampled_from(["==", "!=", "<", ">", "<=", ">="]), st.just("number"), NUMBERS),
    st.tuples(st.just("?"), st.just("flag")),
    st.tuples(st.just("=[]"), st.just("texts"), TEXTS),
    st.tuples(st.just("=[]"), st.just("numbers"), NUMBERS),
)
ANY = st.one_of(
    st.tuples(st.sampled_from(["==", "!=", "<", ">=", "=[]"]), NAMES, LITERALS),
    st.tuples(st.just("?"), NAMES),
)
LEAVES = st.none() | FITTING.map(list) | FITTING.map(list) | FITTING.map(list) | ANY.map(list)


def _join(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    several = st.tuples(st.sampled_from("&|"), st.lists(parts, max_size=4)).map(lambda pair: [pair[0], *pair[1]])
    return several | parts.map(lambda part: ["!", part])


FILTERS = st.recursive(LEAVES, _join, max_leaves=12)
ABOUT_NUMBERS = st.recursive(
    st.tuples(st.sampled_from(["==", "!=", "<", ">="]), st.just("number"), NUMBERS).map(list), _join, max_leaves=8
)
ROWS = st.lists(st.fixed_dictionaries({name: values | MISSING_VALUES for name, values in VALUES.items()}), max_size=8)


def _outcome(evaluate: Any) -> object:
    try:
        return evaluate()
    except GanetiError as error:
        return type(error), error.args


def _without_missing(row: Row) -> Row:
    return {name: value for name, value in row.items() if not (isinstance(value, dict) and value.keys() == {"missing"})}


@given(FILTERS, ROWS)
def test_columns_give_what_rows_give(raw: Any, rows: list[Row]) -> None:
    """The rows that pass, or the error of the first row that fails, are those of evaluation row by row."""
    columns = Columns.of({name: [row[name] for row in rows] for name in VALUES}, HOSTNAMES)
    expected = _outcome(lambda: filter_rows(raw, [_without_missing(row) for row in rows], HOSTNAMES))
    assert _outcome(lambda: columns.select(raw)) == expected


@given(ABOUT_NUMBERS, st.lists(st.integers(0, 3), max_size=6))
def test_rows_keep_their_order_and_duplicates(raw: Any, asked: list[int]) -> None:
    """A row is judged alike however often and in whatever order rows are asked about."""
    columns = Columns.of({"number": [0, 1, 2, {"missing": "nodata"}]})
    passing = columns.select(raw)
    assert select(parse_filter(raw), asked, columns.test) == [row for row in asked if row in passing]


class CountedTest:
    """Judges leaves, and counts how often it is asked and about how many rows in sum."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.calls = 0
        self.asked = 0

    def __call__(self, leaf: Leaf, rows: Rows) -> list[bool]:
        self.calls += 1
        self.asked += len(rows)
        return self.columns.test(leaf, rows)


def test_conditions_are_tested_on_whole_columns() -> None:
    """However many rows there are, each condition is tested once, on the rows that are still in question."""
    test = CountedTest(Columns.of({"n": list(range(1000))}))
    parsed = parse_filter(["&", ["<", "n", 100], ["|", ["<", "n", 10], [">", "n", 90]]])
    passed = select(parsed, list(range(1000)), test)
    assert passed == [*range(10), *range(91, 100)]
    assert (test.calls, test.asked) == (3, 1000 + 100 + 90)


def test_an_error_in_the_last_row_costs_no_more_than_twice_the_query() -> None:
    """Finding the first row that fails does not go through a big table row by row."""
    count = 4096
    test = CountedTest(Columns.of({"n": [*range(count - 1), "x"]}))
    assert _outcome(lambda: select(parse_filter(["!=", "n", -1]), list(range(count)), test)) == (
        ParameterError,
        ("Invalid types in comparison, trying to compare \"x\" with 'NumericValue (-1)'",),
    )
    assert test.calls <= 20
    assert test.asked <= 2 * count
