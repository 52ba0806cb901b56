"""Leaf conditions on columns: which of some rows' values satisfy the condition.

There is no coercion: comparing values of different types fails the whole query. A condition on a missing value
(any status but normal) is not met.
"""

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from ganeti_lite.errors import GenericError, ParameterError
from ganeti_lite.query.values import Missing, thaw
from ganeti_lite.snapshot import is_name_match

from ._ast import Compare, Contains, IsTrue, Leaf, Literal, Matches
from ._regex import SearchAllowance

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_MISSING: Final = frozenset({Missing})


def test_leaf(leaf: Leaf, values: Sequence[object], allowance: SearchAllowance, *, is_hostname: bool) -> list[bool]:
    """For each of *values* whether *leaf* is true of it.

    :param allowance: what regular expressions may take.
    :param is_hostname: equality also accepts a short name of the value.
    :raises ParameterError, GenericError: a value is of a type that the condition does not take; the first one.
    :raises SearchLimitError: the allowance is exceeded.
    """
    match leaf:
        case IsTrue():
            return _test_true(values)
        case Compare("==", _, str(text)) if is_hostname:
            _check_types(values, {str}, _comparison_error(text))
            return [type(value) is str and is_name_match(value, text) for value in values]
        case Compare(symbol, _, literal):
            return _test_comparison(symbol, literal, values)
        case Matches(_, regex):
            _check_types(values, {str}, _match_error)
            return _test_present(values, lambda texts: regex.find_in(texts, allowance))
        case Contains(_, literal):
            return _test_contains(literal, values)


def _check_types(values: Sequence[object], accepted: set[type], error: Callable[[object], Exception]) -> None:
    """Raise *error* of the first value that is neither missing nor of an accepted type."""
    if set(map(type, values)) <= accepted | _MISSING:
        return
    raise error(next(value for value in values if type(value) not in accepted | _MISSING))


def _test_true(values: Sequence[object]) -> list[bool]:
    _check_types(values, {bool}, lambda value: ParameterError(f"Unexpected value '{show(value)}' in boolean context"))
    return [value is True for value in values]


def _test_comparison(symbol: str, literal: Literal, values: Sequence[object]) -> list[bool]:
    accepted: set[type] = {str} if isinstance(literal, str) else {int, float}
    _check_types(values, accepted, _comparison_error(literal))
    compare = _OPERATORS[symbol]
    return [type(value) is not Missing and compare(value, literal) for value in values]


def _comparison_error(literal: Literal) -> Callable[[object], Exception]:
    shown = _show_literal(literal)
    return lambda value: ParameterError(f"Invalid types in comparison, trying to compare {show(value)} with '{shown}'")


def _show_literal(literal: Literal) -> str:
    if isinstance(literal, str):
        return f"QuotedString {show(literal)}"
    return f"NumericValue {literal}" if literal >= 0 else f"NumericValue ({literal})"


def _match_error(value: object) -> Exception:
    return ParameterError(f"Invalid field value used in regexp matching, expecting string but got '{show(value)}'")


def _test_present(values: Sequence[Any], test: Callable[[list[Any]], list[bool]]) -> list[bool]:
    """*test* of the values that are there; the missing ones fail."""
    verdicts = iter(test([value for value in values if type(value) is not Missing]))
    return [type(value) is not Missing and next(verdicts) for value in values]


def _test_contains(literal: Literal, values: Sequence[Any]) -> list[bool]:
    _check_types(values, {tuple}, lambda value: _conversion_error(value, "list"))
    element, word = (str, "String") if isinstance(literal, str) else (int, "Integer")
    lists = [() if type(value) is Missing else value for value in values]
    # A null element (a disk without a name) equals nothing and is no reason to refuse the list.
    accepted = {element, type(None)}
    if not set(map(type, chain.from_iterable(lists))) <= accepted:
        raise _conversion_error(next(v for v in lists if not set(map(type, v)) <= accepted), word)
    return [literal in value for value in lists]


def _conversion_error(value: object, wanted: str) -> Exception:
    return GenericError(f"Cannot convert value '{show(value)}', error: Unable to read {wanted}")


def show(value: object) -> str:
    """A value as error texts quote it: JSON."""
    return json.dumps(thaw(value), ensure_ascii=False)
