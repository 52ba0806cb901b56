"""What a parameter's value can be, as small values that are put together.

Each type decodes a JSON value into the plain JSON value that Ganeti's query daemon makes of it, and refuses what that
daemon refuses. Its texts may also come as lists of single characters.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from ._numbers import exact, to_float, to_word
from ._plain import plain


class MismatchError(ValueError):
    """A value is not of the type."""


@frozen
class Type:
    """A set of JSON values.

    :ivar name: what such a value is, in words.
    :ivar decode: the value in its canonical form; raises :class:`MismatchError` if it is none.
    """

    name: str
    decode: Callable[[object], Any] = field(eq=False)

    def called(self, name: str) -> "Type":
        """The same values under a better name."""
        return evolve(self, name=name)


def such(base: Type, name: str, holds: Callable[[Any], bool]) -> Type:
    """The values of *base* for which *holds*."""

    def decode(value: object) -> Any:
        decoded = base.decode(value)
        if not holds(decoded):
            raise MismatchError
        return decoded

    return Type(name, decode)


def one_of(*words: str) -> Type:
    """One of *words*."""
    return such(TEXT, f"one of {', '.join(words)}", frozenset(words).__contains__)


def list_of(item: Type) -> Type:
    """A list, each element of which is an *item*."""
    return Type(f"a list, each element {item.name}", lambda value: [item.decode(element) for element in _list(value)])


def set_of(*words: str) -> Type:
    """A list of some of *words*, which is put into their order and loses what it holds twice."""
    items = list_of(one_of(*words))

    def decode(value: object) -> list[str]:
        chosen = set(items.decode(value))
        return [word for word in words if word in chosen]

    return Type(items.name, decode)


def tuple_of(*items: Type) -> Type:
    """A list with one element of each of *items*."""

    def decode(value: object) -> list[Any]:
        elements = _list(value)
        if len(elements) != len(items):
            raise MismatchError
        return [item.decode(element) for item, element in zip(items, elements, strict=True)]

    return Type(f"[{'; '.join(item.name for item in items)}]", decode)


def mapping_of(item: Type, key: Type | None = None) -> Type:
    """An object, each member of which is an *item* (and is called a *key*)."""
    key = key or TEXT
    name = f"an object, each key {key.name}, each value {item.name}"
    return Type(name, lambda value: {key.decode(name): item.decode(member) for name, member in _mapping(value).items()})


def any_of(*types: Type) -> Type:
    """What the first of *types* that takes the value makes of it."""

    def decode(value: object) -> Any:
        for candidate in types:
            try:
                return candidate.decode(value)
            except MismatchError:
                continue
        raise MismatchError

    return Type(" or ".join(candidate.name for candidate in types), decode)


def _text(value: object) -> str:
    if type(value) is str:
        return value
    if type(value) is list and all(type(character) is str and len(character) == 1 for character in value):
        return "".join(value)
    raise MismatchError


def _number(value: object) -> float:
    if type(value) is int or type(value) is float:
        return value
    raise MismatchError


def _boolean(value: object) -> bool:
    if type(value) is bool:
        return value
    raise MismatchError


def _list(value: object) -> Sequence[Any]:
    if type(value) is list:
        return value
    raise MismatchError


def _mapping(value: object) -> dict[str, Any]:
    if type(value) is dict:
        return value
    raise MismatchError


ANY: Final = Type("any value", plain)
BOOLEAN: Final = Type("true or false", _boolean)

TEXT: Final = Type("a text", _text)
NON_EMPTY: Final = such(TEXT, "a text that is not empty", bool)
ADDRESS: Final = TEXT
"""An address or subnet; whether it is one is only found out by the job that uses it."""

EXACT: Final = Type("a number", lambda value: exact(_number(value)))
INTEGER: Final = Type("a whole number", lambda value: to_word(_number(value)))
NON_NEGATIVE: Final = such(INTEGER, "a whole number from 0", lambda whole: whole >= 0)
POSITIVE: Final = such(INTEGER, "a whole number from 1", lambda whole: whole > 0)
NUMBER: Final = Type("a number", lambda value: to_float(_number(value)))

LIST: Final = Type("a list", lambda value: plain(_list(value)))
MAPPING: Final = Type("an object", lambda value: plain(_mapping(value)))
NAMES: Final = list_of(NON_EMPTY)
