"""Changes to a decoded configuration: a new tree in place of the old one, which stays as it is.

Whatever is not of the type that the format demands is passed on unchanged: it is the loader that tells faults.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[[Object], Object]


def members_of(value: object) -> Object:
    """*value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items_of(value: object) -> list[Any]:
    """*value* if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def uuids_by_name(table: object) -> dict[str, str]:
    """The UUIDs of a table's members by their names."""
    pairs = [(members_of(item).get("name"), members_of(item).get("uuid")) for item in members_of(table).values()]
    return {name: uuid for name, uuid in pairs if isinstance(name, str) and isinstance(uuid, str)}


def changed(tree: Any, place: str, change: Change) -> Any:
    """*tree* with every object at *place* changed.

    :param place: keys joined by ``/``; ``*`` stands for each member of an object or list.
    """
    return _changed(tree, place.split("/"), change)


def _changed(tree: Any, steps: list[str], change: Change) -> Any:
    if not steps:
        return change(tree) if isinstance(tree, dict) else tree
    first, *rest = steps
    if first == "*" and isinstance(tree, list):
        return [_changed(item, rest, change) for item in tree]
    if not isinstance(tree, dict):
        return tree
    keys = tree if first == "*" else tree.keys() & {first}
    return {**tree, **{key: _changed(tree[key], rest, change) for key in keys}}


def changed_disk(disk: Any, change: Change) -> Any:
    """*disk* and all disks below it changed; *change* leaves ``children`` alone."""
    if not isinstance(disk, dict):
        return disk
    children = disk.get("children")
    if isinstance(children, list):
        disk = {**disk, "children": [changed_disk(child, change) for child in children]}
    return change(disk)


def changed_embedded_disks(config: Object, change: Change) -> Object:
    """*config* with each disk that stands in an instance (before 2.12), and all below it, changed."""

    def change_instance(instance: Object) -> Object:
        if not isinstance(instance.get("disks"), list):
            return instance
        return {**instance, "disks": [changed_disk(disk, change) for disk in instance["disks"]]}

    result: Object = changed(config, "instances/*", change_instance)
    return result


def filled(defaults: Mapping[str, Any]) -> Change:
    """A change that gives an object those of *defaults* that it lacks; a null counts as lacking."""

    def fill(value: Object) -> Object:
        return {**value, **{key: item for key, item in defaults.items() if value.get(key) is None}}

    return fill


def without(keys: Iterable[str]) -> Change:
    """A change that takes keys away."""
    dropped = frozenset(keys)
    return lambda value: {key: item for key, item in value.items() if key not in dropped}
