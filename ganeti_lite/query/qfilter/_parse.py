"""Decoded JSON → :data:`Filter`.

Each ``_parse_…`` function's docstring is the grammar rule that it reads. What is wrong is told in the words that
Ganeti's clients know from its own daemon.
"""

import json
from collections.abc import Callable, Mapping
from typing import Final

from ganeti_lite.query._trampoline import Walk, bounce

from ._ast import Always, And, Compare, Contains, Filter, IsTrue, Literal, Matches, Not, Or
from ._regex import Regex, RegexSyntaxError

_ORDERINGS: Final = ("==", "<", ">", "<=", ">=")


class FilterSyntaxError(ValueError):
    """JSON that is no filter; the text says why."""


def parse_filter(raw: object) -> Filter:
    """The filter that the decoded JSON value *raw* stands for.

    :raises FilterSyntaxError: it stands for none.
    """
    return bounce(_parse, raw)


def _parse(raw: object) -> Walk[object, Filter]:
    """Read ``filter = null | [string, ...]``."""
    if raw is None:
        return Always()
    if not (isinstance(raw, list) and raw and isinstance(raw[0], str)):
        raise FilterSyntaxError(f"Cannot deserialise filter: expected array [string, args], got {_show(raw)}")
    operator, *operands = raw
    if operator in ("&", "|"):
        parsed = []
        for operand in operands:
            parsed.append((yield operand))  # noqa: PERF401 - a comprehension cannot yield
        return And(tuple(parsed)) if operator == "&" else Or(tuple(parsed))
    if operator == "!":
        if len(operands) != 1:
            raise FilterSyntaxError(f"Cannot deserialise field, expected [filter] but got {_show(operands)}")
        return Not((yield operands[0]))
    return _parse_leaf(operator, operands)


def _parse_leaf(operator: str, operands: list[object]) -> Filter:
    """Read ``leaf = ["?", field] | [op, field, value] | ["=~", field, regex] | ["=[]", field, value]``."""
    if operator == "?":
        if len(operands) != 1:
            raise FilterSyntaxError(f"Cannot deserialise field, expected [fieldname] but got {_show(operands)}")
        return IsTrue(_parse_text(operands[0]))
    parse = _BINARY.get(operator)
    if parse is None:
        raise FilterSyntaxError(f"Unknown filter operand '{operator}'")
    if len(operands) != 2:
        reason = f"Cannot deserialise field/value pair, expected [fieldname, value] but got {_show(operands)}"
        raise FilterSyntaxError(reason)
    return parse(_parse_text(operands[0]), operands[1])


def _parse_text(raw: object) -> str:
    """Read ``field = string``."""
    if not isinstance(raw, str):
        raise FilterSyntaxError("Unable to read String")
    return raw


def _parse_value(raw: object) -> Literal:
    """Read ``value = string | whole number``."""
    if isinstance(raw, float):
        if not raw.is_integer():
            text = f"expecting integral but got a fractional value: {_show(raw)}"
            raise FilterSyntaxError(f"Cannot deserialise numeric filter value, {text}")
        return int(raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise FilterSyntaxError(f"Cannot deserialise filter value, expecting string or integer, got {_show(raw)}")
    return raw


def _parse_match(field: str, raw: object) -> Filter:
    """Read the operands of ``["=~", field, regex]``."""
    try:
        return Matches(field, Regex(_parse_text(raw)))
    except RegexSyntaxError as error:
        raise FilterSyntaxError(f"({error.position},{_show(error.reason)})") from error


def _parse_comparison(operator: str) -> Callable[[str, object], Filter]:
    """Read the operands of ``[op, field, value]``."""
    return lambda field, raw: Compare(operator, field, _parse_value(raw))


_BINARY: Final[Mapping[str, Callable[[str, object], Filter]]] = {
    **{operator: _parse_comparison(operator) for operator in _ORDERINGS},
    "=": _parse_comparison("=="),
    "!=": lambda field, raw: Not(Compare("==", field, _parse_value(raw))),
    "=~": _parse_match,
    "=[]": lambda field, raw: Contains(field, _parse_value(raw)),
}


def _show(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "a value nested too deep to show"
