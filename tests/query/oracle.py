"""Filters evaluated in the plainest way: row by row, operand by operand, on the JSON as it was sent.

Written from the description of the language, with nothing of the project's evaluation in it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.errors import GenericError, ParameterError

Row = Mapping[str, Any]
"""Decoded JSON values by column; a column that is missing in a row is not there."""

COMPARE: Final = {
    "==": lambda value, literal: value == literal,
    "=": lambda value, literal: value == literal,
    "!=": lambda value, literal: value == literal,
    "<": lambda value, literal: value < literal,
    ">": lambda value, literal: value > literal,
    "<=": lambda value, literal: value <= literal,
    ">=": lambda value, literal: value >= literal,
}


def filter_rows(raw: Any, rows: Sequence[Row], hostnames: Sequence[str] = ()) -> list[int]:
    """The positions of the rows that pass; raises what the first row that fails raises."""
    return [position for position, row in enumerate(rows) if _is_met(raw, row, hostnames)]


def _is_met(raw: Any, row: Row, hostnames: Sequence[str]) -> bool:
    if raw is None:
        return True
    operator, *operands = raw
    if operator == "&":
        return all(_is_met(operand, row, hostnames) for operand in operands)
    if operator == "|":
        return any(_is_met(operand, row, hostnames) for operand in operands)
    if operator == "!":
        return not _is_met(operands[0], row, hostnames)
    if operator == "!=":
        return not _is_leaf_met("==", operands, row, hostnames)
    return _is_leaf_met(operator, operands, row, hostnames)


def _is_leaf_met(operator: str, operands: Sequence[Any], row: Row, hostnames: Sequence[str]) -> bool:
    if operands[0] not in row:
        return False
    value = row[operands[0]]
    if operator == "?":
        if not isinstance(value, bool):
            raise ParameterError(f"Unexpected value '{json.dumps(value)}' in boolean context")
        return value
    if operator == "=[]":
        return _contains(value, operands[1])
    return _compare(operator, value, operands[1], operands[0] in hostnames)


def _compare(operator: str, value: Any, literal: Any, is_hostname: bool) -> bool:
    is_text = isinstance(literal, str)
    if isinstance(value, bool) or not isinstance(value, str if is_text else int | float):
        number = f"({literal})" if not is_text and literal < 0 else literal
        show = f"QuotedString {json.dumps(literal)}" if is_text else f"NumericValue {number}"
        raise ParameterError(f"Invalid types in comparison, trying to compare {json.dumps(value)} with '{show}'")
    if is_hostname and isinstance(value, str) and operator in ("==", "="):
        return value == literal or (literal != "" and value.startswith(f"{literal}."))
    return bool(COMPARE[operator](value, literal))


def _contains(value: Any, literal: Any) -> bool:
    shown = f"Cannot convert value '{json.dumps(value)}', error: Unable to read "
    if not isinstance(value, list):
        raise GenericError(shown + "list")
    for item in value:
        if item is not None and type(item) is not type(literal):
            raise GenericError(shown + ("String" if isinstance(literal, str) else "Integer"))
    return literal in value
