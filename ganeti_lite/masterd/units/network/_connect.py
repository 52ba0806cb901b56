"""OP_NETWORK_CONNECT, OP_NETWORK_DISCONNECT."""

from collections.abc import Callable, Iterable
from types import MappingProxyType

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import update
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_group, find_network
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._groups import check_instances, exclusive, held_group, share_instances, shared
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Nic, NodeGroup, Params

from ._pool import has_address


@frozen
class Connection:
    """A group as it will be, None if it stays as it is, and the connection that is made or ends."""

    group: NodeGroup | None
    nodes: tuple[str, ...]
    netparams: Params | None


class _Connecting(LogicalUnit[Connection]):
    """What connecting and disconnecting have in common."""

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Network and group must be there."""
        find_network(snapshot, order["network_name"])
        find_group(snapshot, order["group_name"])
        return order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The group for this job alone; its instances are looked at."""
        group = find_group(snapshot, order["group_name"])
        match level:
            case LockLevel.GROUP:
                return exclusive(group.uuid)
            case LockLevel.INSTANCE:
                return share_instances(group, snapshot)
            case _:
                return None

    def execute(self, order: Order, plan: Connection) -> Effects[object]:
        """Write it, if anything changes."""
        del order
        group = plan.group
        if group is not None:
            yield ChangeConfig(lambda snapshot, now: update(snapshot, group, now))
        return None


class NetworkConnect(_Connecting):
    """Connects a network to a group, whose instances may have no addresses of it by other ways."""

    op_id = "OP_NETWORK_CONNECT"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """Instances and network only if conflicts are looked for."""
        if level is LockLevel.INSTANCE and not order["conflicts_check"]:
            return None
        if level is LockLevel.NETWORK and order["conflicts_check"]:
            return shared(find_network(snapshot, order["network_name"]).uuid)
        return super().lock(order, level, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Connection]:
        """It is no mistake if it is connected already."""
        network, group = find_network(snapshot, order["network_name"]), held_group(order, snapshot)
        instances = check_instances(order, group, snapshot) if order["conflicts_check"] else ()
        names = ("mode", "link", "vlan")
        netparams = MappingProxyType({name: order[f"network_{name}"] for name in names})
        if network.uuid in group.networks:
            yield warning(f"Network '{order['network_name']}' is already mapped to group '{group.name}'")
            return Connection(None, _list_nodes(group, snapshot), netparams)
        found = _find_conflicts(instances, lambda nic: nic.ip is not None and has_address(network, nic.ip))
        yield from _refuse_conflicts(order, group, found, "connect to")
        networks = MappingProxyType({**group.networks, network.uuid: netparams})
        return Connection(evolve(group, networks=networks), _list_nodes(group, snapshot), netparams)

    def hooks(self, order: Order, plan: Connection, snapshot: ClusterSnapshot) -> HookPlan:
        """On the nodes of the group."""
        del snapshot
        return _plan_hooks("network-connect", order, plan)


class NetworkDisconnect(_Connecting):
    """Disconnects a network from a group, none of whose instances may be in it."""

    op_id = "OP_NETWORK_DISCONNECT"

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Connection]:
        """It is no mistake if it is not connected."""
        network, group = find_network(snapshot, order["network_name"]), held_group(order, snapshot)
        instances = check_instances(order, group, snapshot)
        if network.uuid not in group.networks:
            yield warning(f"Network '{order['network_name']}' is not mapped to group '{group.name}'")
            return Connection(None, _list_nodes(group, snapshot), None)
        found = _find_conflicts(instances, lambda nic: nic.network == network.uuid)
        yield from _refuse_conflicts(order, group, found, "disconnect from")
        others = {uuid: params for uuid, params in group.networks.items() if uuid != network.uuid}
        after = evolve(group, networks=MappingProxyType(others))
        return Connection(after, _list_nodes(group, snapshot), group.networks[network.uuid])

    def hooks(self, order: Order, plan: Connection, snapshot: ClusterSnapshot) -> HookPlan:
        """On the nodes of the group."""
        del snapshot
        return _plan_hooks("network-disconnect", order, plan)


def _list_nodes(group: NodeGroup, snapshot: ClusterSnapshot) -> tuple[str, ...]:
    return tuple(node.uuid for node in snapshot.nodes_by_group.get(group.uuid, ()))


def _plan_hooks(path: str, order: Order, plan: Connection) -> HookPlan:
    env = {"GROUP_NAME": order["group_name"]}
    for name, value in (plan.netparams or {}).items():
        env[f"GROUP_NETWORK_{name.upper()}"] = str(value)
    return HookPlan(path, "NETWORK", env, plan.nodes, plan.nodes)


def _find_conflicts(instances: Iterable[Instance], is_conflict: Callable[[Nic], bool]) -> list[str]:
    """Instances with NICs that are in the way, as people read them."""
    found = (
        (item.name, [f"nic{index}/{nic.ip}" for index, nic in enumerate(item.nics) if is_conflict(nic)])
        for item in instances
    )
    return [f"{name}: {', '.join(nics)}" for name, nics in found if nics]


def _refuse_conflicts(order: Order, group: NodeGroup, conflicts: list[str], action: str) -> Effects[None]:
    """Fail if there are *conflicts*, which are told; the two blanks are Ganeti's.

    :raises OpPrereqError: there are.
    """
    if not conflicts:
        return
    intro = f"IP addresses from network '{order['network_name']}', which is about to {action} node group"
    yield warning(f"{intro} '{group.name}', are in use: {', '.join(conflicts)}")
    text = "Conflicting IP addresses found;  remove/modify the corresponding network interfaces"
    raise OpPrereqError(text, ErrorCode.WRONG_STATE)
