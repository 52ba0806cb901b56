"""The filter language of queries: parse, analyse, select, write again."""

from ._analyse import iterate_leaves, list_requested_keys
from ._ast import Always, And, Compare, Contains, Filter, IsTrue, Leaf, Literal, Matches, Not, Or
from ._encode import encode_filter
from ._leaves import test_leaf
from ._parse import FilterSyntaxError, parse_filter
from ._possible import select_possible
from ._regex import Regex, RegexSyntaxError, SearchAllowance, SearchLimitError
from ._select import Rows, select

__all__ = [
    "Always",
    "And",
    "Compare",
    "Contains",
    "Filter",
    "FilterSyntaxError",
    "IsTrue",
    "Leaf",
    "Literal",
    "Matches",
    "Not",
    "Or",
    "Regex",
    "RegexSyntaxError",
    "Rows",
    "SearchAllowance",
    "SearchLimitError",
    "encode_filter",
    "iterate_leaves",
    "list_requested_keys",
    "parse_filter",
    "select",
    "select_possible",
    "test_leaf",
]
