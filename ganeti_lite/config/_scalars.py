"""Structure hooks of the leaves: strict about types, so that a wrong one is a fault and never a silent conversion.

Each hook takes the decoded JSON value (and the target type, which it ignores) and raises ValueError with what it
expected and what it got.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from ganeti_lite.snapshot import EMPTY, Json, Params

Hook = Callable[[Any, Any], Any]

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest in a free-form value; far more than anybody writes, and easily walked."""

_MAX_INTEGER: Final = 2**63 - 1
_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([mgt])(?:i?b)?)?", re.ASCII | re.IGNORECASE)
_MIB_PER_UNIT: Final = {"m": 1, "g": 1024, "t": 1024 * 1024}


def describe(value: object) -> str:
    """A short word for a decoded JSON value, for "expected X, got Y"."""
    names = {dict: "an object", list: "a list", type(None): "null"}
    if type(value) in names:
        return names[type(value)]
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def structure_text(value: Any, _: Any) -> str:
    """A string."""
    if type(value) is not str:
        raise ValueError(f"expected a string, got {describe(value)}")
    return value


def intern_text(value: Any, _: Any) -> str:
    """A string of which many objects hold the same one (a UUID that others refer to, an OS, a link): kept once."""
    return sys.intern(structure_text(value, _))


def structure_integer(value: Any, _: Any) -> int:
    """A whole number of at most 64 bits; ``2.0`` counts as one."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ValueError(f"expected a whole number, got {describe(value)}")
    if abs(value) > _MAX_INTEGER:
        raise ValueError(f"expected a whole number of at most 64 bits, got {describe(value)}")
    return value


def structure_number(value: Any, _: Any) -> float:
    """Any number; a whole one of at most 64 bits becomes ``int``, since answers print it without a fraction."""
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) <= _MAX_INTEGER else value
    if type(value) is not int:
        raise ValueError(f"expected a number, got {describe(value)}")
    return structure_integer(value, _)


def structure_flag(value: Any, _: Any) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise ValueError(f"expected true or false, got {describe(value)}")
    return value


def structure_tags(value: Any, _: Any) -> tuple[str, ...]:
    """A list of strings as tags are answered: sorted by code point, each once."""
    tags = structure_texts(value, _)
    return tuple(sorted(set(tags))) if len(tags) > 1 else tags


def structure_texts(value: Any, _: Any) -> tuple[str, ...]:
    """A list of strings."""
    if type(value) is list and all(type(item) is str for item in value):
        return tuple(value)
    texts: tuple[str, ...] = list_of(structure_text)(value, _)
    return texts


def list_of(hook: Hook) -> Hook:
    """A hook for a list whose every item is structured by *hook*, as a tuple."""

    def structure_list(value: Any, _: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError(f"expected a list, got {describe(value)}")
        return tuple(at_step(str(index), hook, item) for index, item in enumerate(value))

    return structure_list


def pair_of(hook: Hook) -> Hook:
    """A hook for a list of two items that are structured by *hook*."""
    structure_list = list_of(hook)

    def structure_pair(value: Any, _: Any) -> tuple[Any, ...]:
        items: tuple[Any, ...] = structure_list(value, _)
        if len(items) != 2:
            raise ValueError(f"expected 2 items, got {len(items)}")
        return items

    return structure_pair


def structure_json(value: Any, _: Any) -> Json:
    """Any value."""
    return freeze(value)


def choice_of(words: Sequence[str]) -> Hook:
    """A hook for one of *words*."""
    known = {word: word for word in words}

    def structure_choice(value: Any, _: Any) -> str:
        word = known.get(value) if type(value) is str else None
        if word is None:
            raise ValueError(f"expected one of {', '.join(words)}, got {describe(value)}")
        return word

    return structure_choice


def freeze(value: Any, depth: int = MAX_DEPTH) -> Json:
    """Any JSON value made read-only: objects sorted by key, lists as tuples, whole numbers as ``int``.

    :param depth: how many levels of lists and objects it may have.
    """
    kind = type(value)
    if kind is dict or kind is list:
        if not depth:
            raise ValueError("has lists or objects that nest too deeply")
        return _freeze_members(value, depth - 1)
    if kind is float or (kind is int and abs(value) > _MAX_INTEGER):
        return structure_number(value, None)
    return value  # type: ignore[no-any-return]  # str, int, bool and None are what is left


def _freeze_members(value: Any, depth: int) -> Json:
    if type(value) is list:
        return tuple([freeze(item, depth) for item in value])
    return MappingProxyType({key: freeze(value[key], depth) for key in sorted(value)}) if value else EMPTY


def structure_free(value: Any, _: Any) -> Params:
    """A free-form object."""
    if type(value) is not dict:
        raise ValueError(f"expected an object, got {describe(value)}")
    return freeze(value)  # type: ignore[return-value]  # an object freezes to a mapping


def structure_size(value: Any, _: Any) -> int:
    """An amount of memory in MiB: a whole number, or a string with a unit such as ``1G``."""
    if type(value) in (int, float):
        return structure_integer(value, _)
    if type(value) is str and (match := _SIZE.fullmatch(value.strip())):
        amount = float(match[1]) * _MIB_PER_UNIT[(match[2] or "m").lower()]
        if amount <= _MAX_INTEGER:
            return ceil(amount)
    raise ValueError(f"expected an amount of memory in MiB, got {describe(value)}")


def level_of(hooks: Mapping[str, Hook]) -> Hook:
    """A hook for one level of a typed parameter family: any subset of the names in *hooks*, others kept as they are."""

    def structure_level(value: Any, _: Any) -> Params:
        if type(value) is not dict:
            raise ValueError(f"expected an object, got {describe(value)}")
        if not value:
            return EMPTY
        known = {name: at_step(name, hook, value[name]) for name, hook in hooks.items() if value.get(name) is not None}
        others = {name: freeze(value[name]) for name in sorted(value.keys() - hooks.keys())}
        return MappingProxyType(known | others)

    return structure_level


def map_of(hook: Hook) -> Hook:
    """A hook for an object whose every value is structured by *hook*; sorted by key."""

    def structure_map(value: Any, _: Any) -> Mapping[str, Any]:
        if type(value) is not dict:
            raise ValueError(f"expected an object, got {describe(value)}")
        return MappingProxyType({key: at_step(key, hook, value[key]) for key in sorted(value)}) if value else EMPTY

    return structure_map


class MemberError(ValueError):
    """A fault inside an object or list that one hook structures as a whole.

    :ivar steps: the keys and indexes that lead from the hook's value to the fault.
    """

    def __init__(self, steps: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.steps = steps


def at_step(step: str, hook: Hook, value: Any) -> Any:
    """What *hook* makes of *value*; a complaint of it learns that *value* is found under *step*."""
    try:
        return hook(value, None)
    except MemberError as error:
        raise MemberError((step, *error.steps), str(error)) from error
    except ValueError as error:
        raise MemberError((step,), str(error)) from error
