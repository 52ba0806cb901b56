"""Nodes assigned to groups, and promoted to master candidates."""

from collections.abc import Collection, Mapping

from attrs import evolve, frozen

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.snapshot import ClusterSnapshot, Node, NodeGroup

from ._objects import stepped
from ._steps import GROUP_ASSIGNMENT, PROMOTION, step_cluster
from ._tables import put


def assign_to_groups(snapshot: ClusterSnapshot, groups: Mapping[str, str], now: float) -> ClusterSnapshot:
    """Nodes moved to other groups.

    Each node that moves and each group that loses or gains one is stepped once; the cluster is, whatever moves.

    :param groups: the new group's UUID by the node's.
    :raises ConfigurationError: there is no such node or group.
    """
    moved: list[Node] = []
    touched: dict[str, NodeGroup] = {}
    for uuid, target in groups.items():
        node = snapshot.nodes.get(uuid)
        if node is None:
            raise ConfigurationError(f"Unable to find node '{uuid}'")
        if node.group == target:
            continue
        for place, group in (("old", node.group), ("new", target)):
            if group not in snapshot.nodegroups:
                raise ConfigurationError(f"Unable to find {place} group '{group}'")
            touched[group] = snapshot.nodegroups[group]
        moved.append(evolve(node, group=target))
    nodes = put(snapshot, *(stepped(node, now) for node in moved))
    both = put(nodes, *(stepped(group, now) for group in touched.values()))
    return step_cluster(both, GROUP_ASSIGNMENT, now)


@frozen
class CandidateStats:
    """How the pool of master candidates is filled.

    :ivar now: candidates there are; ``wanted`` how many there should be; ``possible`` how many there could be.
    """

    now: int
    wanted: int
    possible: int


def count_candidates(snapshot: ClusterSnapshot, excepted: Collection[str] = ()) -> CandidateStats:
    """The master candidates, as if the nodes of *excepted* UUIDs did not exist."""
    nodes = [node for uuid, node in snapshot.nodes.items() if uuid not in excepted]
    possible = sum(map(_may_be_candidate, nodes))
    wanted = min(possible, snapshot.cluster.candidate_pool_size)
    return CandidateStats(sum(node.master_candidate for node in nodes), wanted, possible)


def pick_candidates(snapshot: ClusterSnapshot, excepted: Collection[str] = ()) -> tuple[Node, ...]:
    """The nodes that are to be promoted, so that there are as many candidates as are wanted.

    Ganeti takes any that may be candidates; here they are the first in listing order.
    """
    stats = count_candidates(snapshot, excepted)
    eligible = [
        node
        for node in snapshot.nodes.ordered
        if _may_be_candidate(node) and not node.master_candidate and node.uuid not in excepted
    ]
    return tuple(eligible[: max(0, stats.wanted - stats.now)])


def promote_candidates(snapshot: ClusterSnapshot, now: float, excepted: Collection[str] = ()) -> ClusterSnapshot:
    """The snapshot with :func:`pick_candidates` promoted: their serial numbers are stepped, but not their times.

    If there are none it is another one all the same, since Ganeti writes the file in any case.
    """
    promoted = [
        evolve(node, master_candidate=True, serial_no=node.serial_no + 1)
        for node in pick_candidates(snapshot, excepted)
    ]
    return step_cluster(put(snapshot, *promoted), PROMOTION, now) if promoted else evolve(snapshot)


def _may_be_candidate(node: Node) -> bool:
    return node.master_capable and not node.offline and not node.drained
