"""What the opcodes for networks have in common."""

from typing import TypeVar

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_network
from ganeti_lite.masterd.units._effects import HookPlan
from ganeti_lite.masterd.units._groups import exclusive
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, Network

PlanT = TypeVar("PlanT")


class OneNetwork(LogicalUnit[PlanT]):
    """An opcode for one network, which it has for itself."""

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The network must be there."""
        find_network(snapshot, order["network_name"])
        return order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The network, for this job alone."""
        return exclusive(find_network(snapshot, order["network_name"]).uuid) if level is LockLevel.NETWORK else None


def held_network(order: Order, snapshot: ClusterSnapshot) -> Network:
    """The network whose lock is held.

    :raises OpExecError: it has gone while its lock was waited for.
    """
    (uuid,) = order.held[LockLevel.NETWORK] or ("",)
    network = snapshot.networks.get(uuid)
    if network is None:
        raise OpExecError(f"Network '{order['network_name']}' with UUID {uuid} disappeared")
    return network


def describe_network(path: str, network: Network, snapshot: ClusterSnapshot) -> HookPlan:
    """Hooks on the master, which are told what the network is."""
    values = {
        "NAME": network.name,
        "SUBNET": network.network,
        "GATEWAY": network.gateway,
        "SUBNET6": network.network6,
        "GATEWAY6": network.gateway6,
        "MAC_PREFIX": network.mac_prefix,
        "TAGS": " ".join(network.tags),
    }
    env = {f"NETWORK_{name}": value for name, value in values.items() if value}
    master = (snapshot.cluster.master_node,)
    return HookPlan(path, "NETWORK", env, master, master)
