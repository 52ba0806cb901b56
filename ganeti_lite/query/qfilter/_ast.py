"""Filters as frozen trees.

Grammar of the JSON form::

    filter  = null | ["&", filter...] | ["|", filter...] | ["!", filter] | ["?", field]
            | [op, field, value] | ["=~", field, regex] | ["=[]", field, value]
    op      = "==" | "=" | "!=" | "<" | ">" | "<=" | ">="
    value   = string | whole number

``=`` is read as ``==`` and ``!=`` as a negated ``==``. Trees may be thousands of levels deep, so nothing here or in
this package recurses over them.
"""

from typing import TypeAlias

from attrs import frozen

from ._regex import Regex

Literal: TypeAlias = str | int


@frozen(eq=False)
class Always:
    """``null``: true."""


@frozen(eq=False)
class And:
    """True if all operands are; without operands true."""

    operands: tuple["Filter", ...]


@frozen(eq=False)
class Or:
    """True if any operand is; without operands false."""

    operands: tuple["Filter", ...]


@frozen(eq=False)
class Not:
    """True if the operand is not."""

    operand: "Filter"


@frozen(eq=False)
class IsTrue:
    """True if the boolean field is."""

    field: str


@frozen(eq=False)
class Compare:
    """True if *field* ``operator`` *value*; the operator is one of ``== < > <= >=``."""

    operator: str
    field: str
    value: Literal


@frozen(eq=False)
class Matches:
    """True if the regular expression is found in the field's text."""

    field: str
    regex: Regex


@frozen(eq=False)
class Contains:
    """True if the list field has *value* as an element."""

    field: str
    value: Literal


Leaf: TypeAlias = IsTrue | Compare | Matches | Contains
Filter: TypeAlias = Always | And | Or | Not | Leaf
