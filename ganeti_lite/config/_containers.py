"""Structure hooks of lists and objects that are structured as a whole, and of free-form values.

The results are read-only. A hook that finds fault with several members raises one :class:`MemberError` for all of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from ganeti_lite.snapshot import EMPTY, Json, Params

from ._scalars import MAX_INTEGER, Hook, describe, structure_number, structure_text

MAX_DEPTH: Final = 100
"""How deep lists and objects may nest in a free-form value; far more than anybody writes, and easily walked."""

Steps: TypeAlias = tuple[str, ...]
"""Keys and list indexes that lead from a value to a place in it."""

Complaint: TypeAlias = tuple[Steps, str]
"""A place and what is wrong there."""


class MemberError(ValueError):
    """Faults inside an object or list that one hook structures as a whole.

    :ivar complaints: each faulty place, and what is wrong there.
    """

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(f"{'/'.join(steps)}: {message}" for steps, message in self.complaints))


def expect_list(value: Any) -> list[Any]:
    """*value*, which is a list; raises ValueError if it is not."""
    if type(value) is not list:
        raise ValueError(f"expected a list, got {describe(value)}")
    return value


def expect_object(value: Any) -> dict[str, Any]:
    """*value*, which is a JSON object; raises ValueError if it is not."""
    if type(value) is not dict:
        raise ValueError(f"expected an object, got {describe(value)}")
    return value


def structure_members(members: Iterable[tuple[Any, Hook, Any]]) -> list[Any]:
    """What the hooks make of (step, hook, value) members; raises :class:`MemberError` if any of them complains."""
    structured = []
    complaints: list[Complaint] = []
    for step, hook, value in members:
        try:
            structured.append(hook(value, None))
        except MemberError as error:
            complaints.extend(((str(step), *steps), message) for steps, message in error.complaints)
        except ValueError as error:
            complaints.append(((str(step),), str(error)))
    if complaints:
        raise MemberError(complaints)
    return structured


def list_of(hook: Hook) -> Hook:
    """A hook for a list whose every item is structured by *hook*, as a tuple."""

    def structure_list(value: Any, _: Any) -> tuple[Any, ...]:
        return tuple(structure_members((index, hook, item) for index, item in enumerate(expect_list(value))))

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


def map_of(hook: Hook) -> Hook:
    """A hook for an object whose every value is structured by *hook*; sorted by key."""

    def structure_map(value: Any, _: Any) -> Mapping[str, Any]:
        keys = sorted(expect_object(value))
        if not keys:
            return EMPTY
        values = structure_members((key, hook, value[key]) for key in keys)
        return MappingProxyType(dict(zip(keys, values, strict=True)))

    return structure_map


def level_of(hooks: Mapping[str, Hook]) -> Hook:
    """A hook for one level of a typed parameter family: any subset of the names in *hooks*, others kept as they are.

    A null counts as absent; the others come last, sorted by name.
    """

    def structure_level(value: Any, _: Any) -> Params:
        if not expect_object(value):
            return EMPTY
        names = [name for name in hooks if value.get(name) is not None]
        others = sorted(value.keys() - hooks.keys())
        members = [(name, hooks.get(name, structure_json), value[name]) for name in (*names, *others)]
        return MappingProxyType(dict(zip((*names, *others), structure_members(members), strict=True)))

    return structure_level


def structure_texts(value: Any, _: Any) -> tuple[str, ...]:
    """A list of strings."""
    if type(value) is list and all(type(item) is str for item in value):
        return tuple(value)
    texts: tuple[str, ...] = list_of(structure_text)(value, _)
    return texts


def structure_tags(value: Any, _: Any) -> tuple[str, ...]:
    """A list of strings as tags are answered: sorted by code point, each once."""
    tags = structure_texts(value, _)
    return tuple(sorted(set(tags))) if len(tags) > 1 else tags


def structure_free(value: Any, _: Any) -> Params:
    """A free-form object."""
    return structure_json(expect_object(value), _)  # type: ignore[return-value]  # an object freezes to a mapping


def structure_json(value: Any, _: Any) -> Json:
    """Any value."""
    try:
        return freeze(value)
    except _DepthError:
        raise
    except ValueError as error:
        raise MemberError(_find_unfit(value)) from error


class _DepthError(ValueError):
    """A free-form value nests too deeply."""


def freeze(value: Any, depth: int = MAX_DEPTH) -> Json:
    """Any JSON value made read-only: objects sorted by key, lists as tuples, whole numbers as ``int``.

    :param depth: how many levels of lists and objects it may have.
    """
    kind = type(value)
    if kind is dict or kind is list:
        return _freeze_members(value, depth - 1)
    if kind is float or (kind is int and abs(value) > MAX_INTEGER):
        return structure_number(value, None)
    return value  # type: ignore[no-any-return]  # str, int, bool and None are what is left


def _freeze_members(value: Any, depth: int) -> Json:
    if depth < 0:
        raise _DepthError(f"nests more than {MAX_DEPTH} levels deep")
    if type(value) is list:
        return tuple([freeze(item, depth) for item in value])
    return MappingProxyType({key: freeze(value[key], depth) for key in sorted(value)}) if value else EMPTY


def _find_unfit(value: Any) -> Iterator[Complaint]:
    """The leaves of *value* that cannot be frozen."""
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        yield from (((str(key), *steps), message) for key, item in members for steps, message in _find_unfit(item))
        return
    try:
        freeze(value)
    except ValueError as error:
        yield (), str(error)
