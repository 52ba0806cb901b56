"""OP_GROUP_ASSIGN_NODES.

An empty list of nodes moves none; in Ganeti 3.0, it stands for all nodes of the cluster.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from attrs import frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.changes import assign_to_groups
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group, find_node
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, warning
from ganeti_lite.masterd.units._groups import exclusive
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance


@frozen
class Assignment:
    """Nodes that move, by UUID, and the UUID of the group that they move to."""

    nodes: tuple[str, ...]
    group: str


class GroupAssignNodes(LogicalUnit[Assignment]):
    """Moves nodes to a group."""

    op_id = "OP_GROUP_ASSIGN_NODES"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Nodes by full name and UUID."""
        find_group(snapshot, order["group_name"])
        nodes = [find_node(snapshot, name) for name in order["nodes"]]
        return order.with_parameters(nodes=[node.name for node in nodes], node_uuids=[node.uuid for node in nodes])

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The nodes, the groups that they leave, and the one that they join."""
        match level:
            case LockLevel.GROUP:
                return exclusive(*_find_groups(order, snapshot))
            case LockLevel.NODE if order["node_uuids"]:
                return exclusive(*order["node_uuids"])
            case _:
                return None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Assignment]:
        """No mirrored instance may get its two nodes in two groups, unless that is forced."""
        expected, held = _find_groups(order, snapshot), order.held[LockLevel.GROUP] or frozenset()
        if expected != held:
            text = "Nodes changed groups since locks were acquired, current groups are "
            raise OpExecError(f"{text}'{', '.join(sorted(expected))}', used to be '{', '.join(sorted(held))}'")
        group = find_group(snapshot, order["group_name"]).uuid
        moving = tuple(uuid for uuid in order["node_uuids"] if snapshot.nodes[uuid].group != group)
        yield from _judge_splits(snapshot, dict.fromkeys(moving, group), is_forced=order["force"])
        return Assignment(moving, group)

    def execute(self, order: Order, plan: Assignment) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(partial(_move, plan))
        return None


def _find_groups(order: Order, snapshot: ClusterSnapshot) -> frozenset[str]:
    """UUIDs of the groups that are concerned."""
    left = {snapshot.nodes[uuid].group for uuid in order["node_uuids"] if uuid in snapshot.nodes}
    return frozenset({find_group(snapshot, order["group_name"]).uuid, *left})


def _move(plan: Assignment, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return assign_to_groups(snapshot, dict.fromkeys(plan.nodes, plan.group), now)


def _judge_splits(snapshot: ClusterSnapshot, moves: Mapping[str, str], *, is_forced: bool) -> Effects[None]:
    """Refuse or tell what the *moves* (node → group) do to mirrored instances.

    :raises OpExecError: the nodes of one that are in one group would not be any more.
    """
    before, after = set(_list_split(snapshot, {})), set(_list_split(snapshot, moves))
    split = _join(snapshot, after - before)
    if split and not is_forced:
        raise OpExecError(f"The following instances get split by this change and --force was not given: {split}")
    if split:
        yield warning(f"This operation will split the following instances: {split}")
    if split and (still := _join(snapshot, after & before)):
        yield warning(
            f"In addition, these already-split instances continue to be split across groups: {still}",
        )


def _list_split(snapshot: ClusterSnapshot, moves: Mapping[str, str]) -> Iterator[str]:
    """UUIDs of the mirrored instances that have nodes in several groups, once the *moves* are made."""
    for instance in snapshot.instances.values():
        uuids = _list_mirrors(instance, snapshot)
        if len({moves.get(uuid, snapshot.nodes[uuid].group) for uuid in uuids}) > 1:
            yield instance.uuid


def _list_mirrors(instance: Instance, snapshot: ClusterSnapshot) -> set[str]:
    secondaries = snapshot.secondary_nodes_of(instance) or ()
    return {instance.primary_node or "", *secondaries} & snapshot.nodes.keys() if secondaries else set()


def _join(snapshot: ClusterSnapshot, uuids: set[str]) -> str:
    return ", ".join(item.name or "" for item in snapshot.instances.ordered if item.uuid in uuids)
