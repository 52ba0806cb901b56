"""OP_NETWORK_ADD.

As in Ganeti, whether the addresses can be is only found out when it is executed, not in a dry run.
"""

from attrs import evolve, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import AddressPoolError, OpExecError
from ganeti_lite.masterd.changes import add
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._addresses import normalize_mac_prefix
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, info, warning
from ganeti_lite.masterd.units._groups import check_name, exclusive
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.masterd.units.tags import check_tag
from ganeti_lite.snapshot import ClusterSnapshot, Network

from ._arguments import check_addresses
from ._one_network import describe_network
from ._pool import has_address, make_pool, reserve


@frozen
class NewNetwork:
    """A network that is to be added, without its pool, and what was known when it was found to be right."""

    network: Network
    snapshot: ClusterSnapshot


class NetworkAdd(LogicalUnit[NewNetwork]):
    """Makes a network, with the addresses in it that nodes have reserved."""

    op_id = "OP_NETWORK_ADD"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Its addresses and the prefix of its MAC addresses must be some."""
        del snapshot
        check_addresses(order)
        prefix = order["mac_prefix"]
        return order.with_parameters(mac_prefix=normalize_mac_prefix(prefix)) if prefix else order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The new network, and, if their addresses matter, all nodes."""
        del snapshot
        match level:
            case LockLevel.NODE if order["conflicts_check"]:
                return LockWish(None, LockMode.SHARED)
            case LockLevel.NETWORK:
                return exclusive(order.new_uuid)
            case _:
                return None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NewNetwork]:
        """The name must be new, the tags right."""
        yield from ()
        name = order["network_name"]
        check_name(snapshot.networks, name, f"Desired network name '{name}' already exists as a network")
        network = Network(
            uuid=order.new_uuid,
            serial_no=1,
            name=name,
            network=order["network"],
            gateway=order["gateway"],
            network6=order["network6"],
            gateway6=order["gateway6"],
            mac_prefix=order["mac_prefix"],
            tags=tuple(sorted(set(map(check_tag, order["tags"])))),
        )
        return NewNetwork(network, snapshot)

    def hooks(self, order: Order, plan: NewNetwork, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master; the tags are told as they were given."""
        return describe_network("network-add", evolve(plan.network, tags=tuple(order["tags"])), snapshot)

    def execute(self, order: Order, plan: NewNetwork) -> Effects[object]:
        """Reserve what is in use, and write it."""
        try:
            network = make_pool(plan.network)
        except AddressPoolError as error:
            text = f"Cannot create IP address pool for network '{plan.network.name}': {error}"
            raise OpExecError(text) from error
        if order["conflicts_check"]:
            network = yield from _reserve_nodes(network, plan.snapshot)
        for ip in order["add_reserved_ips"] or ():
            try:
                network = reserve(network, ip)
            except AddressPoolError as error:
                raise OpExecError(f"Cannot reserve IP address '{ip}': {error}") from error
        yield ChangeConfig(lambda snapshot, now: add(snapshot, network, now))
        return None


def _reserve_nodes(network: Network, snapshot: ClusterSnapshot) -> Effects[Network]:
    """The network with the addresses reserved that nodes and the master have in it."""
    for node in snapshot.nodes.ordered:
        for ip in (node.primary_ip, node.secondary_ip):
            told = f"Reserved IP address of node '{node.name}' ({ip})"
            failed = f"Cannot reserve IP address '{ip}' of node '{node.name}'"
            network = yield from _reserve_told(network, ip, told, failed)
    ip = snapshot.cluster.master_ip
    told = f"Reserved cluster master IP address ({ip})"
    return (yield from _reserve_told(network, ip, told, f"Cannot reserve cluster master IP address ({ip})"))


def _reserve_told(network: Network, ip: str, told: str, failed: str) -> Effects[Network]:
    if not has_address(network, ip):
        return network
    try:
        network = reserve(network, ip)
    except AddressPoolError as error:
        yield warning(f"{failed}: {error}")
    else:
        yield info(told)
    return network
