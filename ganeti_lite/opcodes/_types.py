"""What a parameter's value can be, as small values that are put together.

Each type decodes a JSON value into the plain JSON value that Ganeti's query daemon makes of it, and refuses what that
daemon refuses. Its texts may also come as lists of single characters.
"""

from collections.abc import Callable, Sequence
from types import GenericAlias
from typing import Annotated, Any, Final, Literal

from attrs import evolve, field, frozen
from msgspec import Meta

from ._numbers import exact, to_float, to_word
from ._plain import plain

NO_VALUE: Final = type(None)
EMPTY_LIST: Final = Annotated[list[Any], Meta(max_length=0)]
ORDINARY: Final = 2**62
"""Whole numbers up to this one are surely kept in 64 bits."""


class MismatchError(ValueError):
    """A value is not of the type."""


@frozen
class Type:
    """A set of JSON values.

    :ivar name: what such a value is, in words.
    :ivar decode: the value in its canonical form; raises :class:`MismatchError` if it is none.
    :ivar native: a Python type, of which msgspec takes only values that are of this type and in canonical form
        already; :data:`NO_VALUE` if there is none that would be worth having.
    """

    name: str
    decode: Callable[[object], Any] = field(eq=False)
    native: Any = field(default=NO_VALUE, eq=False)

    def called(self, name: str) -> "Type":
        """The same values under a better name."""
        return evolve(self, name=name)


def such(base: Type, name: str, holds: Callable[[Any], bool], native: Any = NO_VALUE) -> Type:
    """The values of *base* for which *holds*."""

    def decode(value: object) -> Any:
        decoded = base.decode(value)
        if not holds(decoded):
            raise MismatchError
        return decoded

    return Type(name, decode, native)


def one_of(*words: str) -> Type:
    """One of *words*."""
    return such(TEXT, f"one of {', '.join(words)}", frozenset(words).__contains__, Literal[tuple(map(str, words))])


def list_of(item: Type) -> Type:
    """A list, each element of which is an *item*."""
    decode_item = item.decode
    return Type(
        f"a list, each element {item.name}",
        lambda value: [decode_item(element) for element in _list(value)],
        EMPTY_LIST if item.native is NO_VALUE else GenericAlias(list, (item.native,)),
    )


def set_of(*words: str) -> Type:
    """A list of some of *words*, which is put into their order and loses what it holds twice."""
    items = list_of(one_of(*words))

    def decode(value: object) -> list[str]:
        chosen = set(items.decode(value))
        return [word for word in words if word in chosen]

    return Type(items.name, decode)


def tuple_of(*items: Type) -> Type:
    """A list with one element of each of *items*."""
    decoders = [item.decode for item in items]

    def decode(value: object) -> list[Any]:
        elements = _list(value)
        if len(elements) != len(items):
            raise MismatchError
        return [decode_item(element) for decode_item, element in zip(decoders, elements, strict=True)]

    natives = tuple(item.native for item in items)
    native = NO_VALUE if NO_VALUE in natives else GenericAlias(tuple, natives)
    return Type(f"[{'; '.join(item.name for item in items)}]", decode, native)


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

    return Type(" or ".join(candidate.name for candidate in types), decode, types[0].native)


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
BOOLEAN: Final = Type("true or false", _boolean, bool)

TEXT: Final = Type("a text", _text, str)
NON_EMPTY: Final = such(TEXT, "a text that is not empty", bool, Annotated[str, Meta(min_length=1)])
ADDRESS: Final = TEXT
"""An address or subnet; whether it is one is only found out by the job that uses it."""

EXACT: Final = Type("a number", lambda value: exact(_number(value)))
INTEGER: Final = Type(
    "a whole number", lambda value: to_word(_number(value)), Annotated[int, Meta(ge=-ORDINARY, le=ORDINARY)]
)
NON_NEGATIVE: Final = such(
    INTEGER, "a whole number from 0", lambda whole: whole >= 0, Annotated[int, Meta(ge=0, le=ORDINARY)]
)
POSITIVE: Final = such(
    INTEGER, "a whole number from 1", lambda whole: whole > 0, Annotated[int, Meta(ge=1, le=ORDINARY)]
)
NUMBER: Final = Type("a number", lambda value: to_float(_number(value)))

LIST: Final = Type("a list", lambda value: plain(_list(value)), list[Any])
MAPPING: Final = Type("an object", lambda value: plain(_mapping(value)), dict[str, Any])
NAMES: Final = list_of(NON_EMPTY)
