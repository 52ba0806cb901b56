"""Decoded JSON objects → values of :mod:`ganeti_lite.snapshot`, by cattrs.

A key that a class does not have is no fault: it is kept under ``unknown``. A null stands for a key that is absent.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import eq
from typing import Any, Final, TypeVar, get_origin

import attrs
from cattrs import ClassValidationError, Converter
from cattrs.gen import make_dict_structure_fn, override

from ganeti_lite.snapshot import Cluster, Disk, FilterRule, Instance, Network, Nic, Node, NodeGroup

from ._attributes import ATTRIBUTE_HOOKS
from ._containers import Steps, expect_list, expect_object, structure_free, structure_texts
from ._faults import BAG, Fault, list_faults
from ._lasting_uuids import lasting_uuid
from ._scalars import Hook, structure_flag, structure_integer, structure_number, structure_text

T = TypeVar("T")
Object = dict[str, Any]

_LEAF_HOOKS: Final[Mapping[type, Hook]] = {
    str: structure_text,
    int: structure_integer,
    float: structure_number,
    bool: structure_flag,
}

_REQUIRED_UNLESS_FORTHCOMING: Final[Mapping[type, tuple[str, ...]]] = {
    Instance: ("name", "primary_node", "os", "hypervisor", "admin_state"),
    Disk: ("dev_type", "logical_id", "size"),
}


def _complete_instance(value: Object) -> Object:
    """What older writers leave out of an instance, as Ganeti fills it in."""
    if value.get("forthcoming"):
        return value
    return {"admin_state_source": "admin", "disks_active": value.get("admin_state") == "up", **value}


def _complete_disk(value: Object) -> Object:
    """UUIDs for children that some writers leave without: lasting ones, since made of the parent's."""
    children = value.get("children")
    if type(children) is not list or not any(map(_lacks_uuid, children)):
        return value
    named = [_with_uuid(child, lasting_uuid(value.get("uuid"), index)) for index, child in enumerate(children)]
    return {**value, "children": named}


def _with_uuid(child: Any, uuid: str) -> Any:
    return {**child, "uuid": uuid} if _lacks_uuid(child) else child


def _lacks_uuid(child: Any) -> bool:
    return type(child) is dict and child.get("uuid") is None


_COMPLETIONS: Final[Mapping[type, Callable[[Object], Object]]] = {Instance: _complete_instance, Disk: _complete_disk}


def _object_hook(cls: type[T], converter: Converter) -> Hook:
    """The hook that structures a JSON object as *cls*."""
    hooks = {name: override(struct_hook=hook) for name, hook in ATTRIBUTE_HOOKS[cls].items()}
    build = make_dict_structure_fn(cls, converter, _cattrs_detailed_validation="from_converter", **hooks)  # type: ignore[arg-type]  # cattrs' stub takes overrides only
    known = frozenset(attribute.name for attribute in attrs.fields(cls)) - {BAG}  # type: ignore[arg-type]  # attrs classes only
    complete = _COMPLETIONS.get(cls)
    required = _REQUIRED_UNLESS_FORTHCOMING.get(cls, ())

    def structure_object(value: Any, _: Any) -> T:
        value = _sort_out(expect_object(value), known)
        missing = [] if value.get("forthcoming") else [name for name in required if name not in value]
        if complete:
            value = complete(value)
        if not missing:
            return build(value, cls)
        if converter.detailed_validation:
            raise _list_errors(missing, partial(build, value, cls))
        raise KeyError(missing)

    return structure_object


def _sort_out(value: Object, known: frozenset[str]) -> Object:
    """*value* without nulls, and with its unknown keys in the bag."""
    if None in value.values():
        value = {name: item for name, item in value.items() if item is not None}
    if value.keys() <= known:
        return value
    others = {name: item for name, item in value.items() if name not in known}
    return {name: item for name, item in value.items() if name in known} | {BAG: others}


def _list_errors(missing: Iterable[str], build: Callable[[], object]) -> ClassValidationError:
    """One error for the *missing* keys and for whatever else *build* finds wrong."""
    errors: list[Exception] = [KeyError(name) for name in missing]
    try:
        build()
    except ClassValidationError as error:
        errors.extend(error.exceptions)
    return ClassValidationError("an object lacks keys", errors, object)


def _list_hook(cls: type, converter: Converter) -> Hook:
    """The hook for a list of *cls*; the converter's own would also take an object or a text for a list."""

    def structure_objects(value: Any, _: Any) -> tuple[Any, ...]:
        return tuple(converter.structure(expect_list(value), list[cls])) if value != [] else ()  # type: ignore[valid-type]  # a class, known at run time

    return structure_objects


def _is_mapping(target: object) -> bool:
    origin: object = get_origin(target)
    return origin is Mapping


def _make_converter(*, detailed: bool) -> Converter:
    converter = Converter(detailed_validation=detailed)
    for leaf, hook in _LEAF_HOOKS.items():
        converter.register_structure_hook(leaf, hook)
    converter.register_structure_hook_func(partial(eq, tuple[str, ...]), structure_texts)
    converter.register_structure_hook_func(_is_mapping, structure_free)
    for member in (Nic, Disk):
        converter.register_structure_hook_func(partial(eq, tuple[member, ...]), _list_hook(member, converter))  # type: ignore[valid-type]  # as above
    for cls in (Nic, Disk, Cluster, Node, NodeGroup, Instance, Network, FilterRule):
        converter.register_structure_hook(cls, _object_hook(cls, converter))
    return converter


_FAST: Final = _make_converter(detailed=False)
_DETAILED: Final = _make_converter(detailed=True)


def structure(cls: type[T], value: object) -> T:
    """*value* as a *cls*; raises whatever the first fault raises (see :func:`explain`)."""
    return _FAST.structure(value, cls)


def explain(cls: type[object], value: object, path: Steps) -> list[Fault]:
    """Every fault of a *value* that :func:`structure` refused; *path* is the object's own place."""
    try:
        return _explain(cls, value, path)
    except RecursionError:
        return [Fault("/".join(path), "nests too deeply")]


def _explain(cls: type[object], value: object, path: Steps) -> list[Fault]:
    try:
        _DETAILED.structure(value, cls)
    except RecursionError:
        raise
    except Exception as error:  # any exception of a hook is a fault of the file
        return list_faults(error, value, path)
    raise AssertionError(f"{'/'.join(path)} was refused once and is accepted now")
