"""What a job's names stand for: instances and nodes by name or short name, groups and networks by UUID or name.

Unlike in queries, a short name must be unique, and case does not matter.
"""

from typing import TypeVar

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Network, Node, NodeGroup, Table

T = TypeVar("T", Instance, Node, NodeGroup, Network)


def find_instance(snapshot: ClusterSnapshot, name: str, expected: str | None = None) -> Instance:
    """The instance that *name* stands for.

    :param expected: the UUID that it had when somebody decided about it.
    :raises OpPrereqError: there is none, or several (unknown_entity); it is another one now (resource_not_unique).
    """
    instance = _expand(snapshot.instances, name, "Instance")
    _check_same("instance", instance, expected)
    return instance


def find_node(snapshot: ClusterSnapshot, name: str, expected: str | None = None) -> Node:
    """The node that *name* stands for; see :func:`find_instance`."""
    node = _expand(snapshot.nodes, name, "Node")
    _check_same("node", node, expected)
    return node


def find_group(snapshot: ClusterSnapshot, target: str | None) -> NodeGroup:
    """The node group of that UUID or name; None stands for the only one.

    :raises OpPrereqError: there is none (unknown_entity), or None could stand for several.
    """
    if target is None:
        if len(snapshot.nodegroups) != 1:
            text = "More than one node group exists. Target group must be specified explicitly."
            raise OpPrereqError(text, None)
        return next(iter(snapshot.nodegroups.values()))
    return _look_up(snapshot.nodegroups, target, "Node group")


def find_network(snapshot: ClusterSnapshot, target: str) -> Network:
    """The network of that UUID or name; raises OpPrereqError (unknown_entity) if there is none."""
    return _look_up(snapshot.networks, target, "Network")


def _check_same(kind: str, found: Instance | Node, expected: str | None) -> None:
    if expected and found.uuid != expected:
        text = f"The {kind} '{found.name}' is another one than was meant: its UUID is {found.uuid}, not {expected}"
        raise OpPrereqError(text, ErrorCode.NOT_UNIQUE)


def _expand(table: Table[T], name: str, kind: str) -> T:
    uuid = table.names.uuids.get(name) or _find_unique(table, name.lower())
    if uuid is None:
        raise OpPrereqError(f"{kind} '{name}' not known", ErrorCode.UNKNOWN_ENTITY)
    return table[uuid]


def _find_unique(table: Table[T], name: str) -> str | None:
    """The UUID of the one object whose name is *name*, or begins with its labels; both without regard to case."""
    names = {full.lower(): uuid for full, uuid in table.names.uuids.items()}
    if name in names:
        return names[name]
    found = [uuid for full, uuid in names.items() if full.startswith(name + ".")]
    return found[0] if len(found) == 1 else None


def _look_up(table: Table[T], target: str, kind: str) -> T:
    uuid = target if target in table else table.names.uuids.get(target)
    if uuid is None:
        raise OpPrereqError(f"{kind} '{target}' not found", ErrorCode.UNKNOWN_ENTITY)
    return table[uuid]
