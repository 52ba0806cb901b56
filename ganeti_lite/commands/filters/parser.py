"""The textual filter language: recursive descent, one function a rule of the grammar, which is its docstring.

Keywords (``and``, ``or``, ``not``, ``in``) are fields, too, wherever only a field can stand.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from .conditions import AllOf, AnyOf, Comparison, ComparisonOperator, Condition, Contains, Matches, Not, Truth, Value
from .globs import translate_glob
from .tokenizer import Token, Tokenizer

MAX_DEPTH: Final = 100
"""Levels of parentheses and ``not``; more are a mistake, and would end in the interpreter's own limit."""

REGEX_FLAGS: Final = frozenset("is")

_OPERAND: Final = ("WORD", "NUMBER", "QUOTED", "OPEN")
_CONDITION_EXPECTED: Final = "a field, a value or '('"

_ESCAPES: Final[Mapping[str, str]] = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


def parse_filter(source: str) -> Condition:
    """``filter = alternatives END``.

    :raises FilterSyntaxError: the source does not follow the grammar.
    """
    tokenizer = Tokenizer(source)
    condition = _parse_alternatives(tokenizer, depth=0)
    tokenizer.expect("END", expected="an operator or the end of the filter")
    return condition


def _parse_alternatives(tokenizer: Tokenizer, depth: int) -> Condition:
    """``alternatives = conjunction ("or" conjunction)*``."""
    conditions = [_parse_conjunction(tokenizer, depth)]
    while tokenizer.take_word("or"):
        conditions.append(_parse_conjunction(tokenizer, depth))
    return conditions[0] if len(conditions) == 1 else AnyOf(tuple(conditions))


def _parse_conjunction(tokenizer: Tokenizer, depth: int) -> Condition:
    """``conjunction = negation ("and" negation)*``."""
    conditions = [_parse_negation(tokenizer, depth)]
    while tokenizer.take_word("and"):
        conditions.append(_parse_negation(tokenizer, depth))
    return conditions[0] if len(conditions) == 1 else AllOf(tuple(conditions))


def _parse_negation(tokenizer: Tokenizer, depth: int) -> Condition:
    """``negation = "not" negation | condition``."""
    word = tokenizer.peek("WORD")
    if word is None or not tokenizer.take_word("not"):
        return _parse_condition(tokenizer, depth)
    if tokenizer.peek(*_OPERAND) is None:
        tokenizer.rewind(word)
        return _parse_condition(tokenizer, depth)
    return Not(_parse_negation(tokenizer, _deeper(tokenizer, depth)))


def _parse_condition(tokenizer: Tokenizer, depth: int) -> Condition:
    """``condition = "(" alternatives ")" | VALUE membership | FIELD [comparison]``."""
    token = tokenizer.expect(*_OPERAND, expected=_CONDITION_EXPECTED)
    if token.kind == "OPEN":
        condition = _parse_alternatives(tokenizer, _deeper(tokenizer, depth))
        tokenizer.expect("CLOSE", expected="an operator or ')'")
        return condition
    if token.kind == "WORD":
        return _parse_comparison(tokenizer, token.text)
    return _parse_membership(tokenizer, _to_value(token))


def _parse_membership(tokenizer: Tokenizer, value: Value) -> Condition:
    """``membership = ["not"] "in" FIELD``."""
    is_negated = tokenizer.take_word("not")
    if not tokenizer.take_word("in"):
        tokenizer.fail("'in'" if is_negated else "'in' or 'not in'")
    field = tokenizer.expect("WORD", expected="a field")
    condition = Contains(field.text, value)
    return Not(condition) if is_negated else condition


def _parse_comparison(tokenizer: Tokenizer, field: str) -> Condition:
    """``comparison = ORDER VALUE | ("=~" | "!~") REGEX | ("=*" | "!*") GLOB``.

    ``ORDER = "==" | "=" | "!=" | "<" | "<=" | ">" | ">="``.
    """
    operator = tokenizer.take("OPERATOR")
    if operator is None:
        return Truth(field)
    parse_operand = OPERATORS.get(operator.text)
    if parse_operand is None:
        tokenizer.fail_at(operator.position, f"There is no operator '{operator.text}'")
    return parse_operand(tokenizer, field)


def _compare(operator: ComparisonOperator) -> Callable[[Tokenizer, str], Condition]:
    def parse(tokenizer: Tokenizer, field: str) -> Condition:
        token = tokenizer.expect("NUMBER", "QUOTED", expected="an integer or a quoted text")
        return Comparison(operator, field, _to_value(token))

    return parse


def _parse_regex(tokenizer: Tokenizer, field: str) -> Condition:
    """``REGEX = ["m"] DELIMITER pattern DELIMITER flags``."""
    token = tokenizer.expect("REGEX", expected="a regular expression, such as m/.../ or m#...#i")
    _delimiter, escaped, flags = token.groups
    unknown = "".join(sorted(set(flags) - REGEX_FLAGS))
    if unknown:
        tokenizer.fail_at(token.position, f"Unknown regular expression flags: '{unknown}'")
    pattern = _unescape(escaped)
    if flags:
        pattern = f"(?{''.join(sorted(flags))}){pattern}"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        tokenizer.fail_at(token.position, f"Invalid regular expression ({error})")
    return Matches(field, pattern)


def _parse_glob(tokenizer: Tokenizer, field: str) -> Condition:
    """``GLOB = QUOTED``."""
    token = tokenizer.expect("QUOTED", expected="a quoted glob")
    return Matches(field, translate_glob(token.text[1:-1]))


def _negate(
    parse: Callable[[Tokenizer, str], Condition],
) -> Callable[[Tokenizer, str], Condition]:
    return lambda tokenizer, field: Not(parse(tokenizer, field))


OPERATORS: Final[Mapping[str, Callable[[Tokenizer, str], Condition]]] = {
    "==": _compare(ComparisonOperator.EQUAL),
    "=": _compare(ComparisonOperator.EQUAL),
    "!=": _compare(ComparisonOperator.NOT_EQUAL),
    "<": _compare(ComparisonOperator.LESS),
    "<=": _compare(ComparisonOperator.LESS_OR_EQUAL),
    ">": _compare(ComparisonOperator.GREATER),
    ">=": _compare(ComparisonOperator.GREATER_OR_EQUAL),
    "=~": _parse_regex,
    "!~": _negate(_parse_regex),
    "=*": _parse_glob,
    "!*": _negate(_parse_glob),
}
"""Every operator, with what reads the operand behind it."""


def _to_value(token: Token) -> Value:
    return Value(int(token.text) if token.kind == "NUMBER" else token.text[1:-1])


def _unescape(text: str) -> str:
    """A backslash in a regular expression makes the next character stand for itself, or a control character.

    So the backslash of the expression's own escapes has to be doubled; Ganeti's commands have it so.
    """
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text)


def _deeper(tokenizer: Tokenizer, depth: int) -> int:
    if depth == MAX_DEPTH:
        tokenizer.fail(f"at most {MAX_DEPTH} levels")
    return depth + 1
