"""OP_NETWORK_REMOVE."""

from ganeti_lite.constants import ErrorCode, LockMode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.changes import remove
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Network, nice_key

from ._one_network import OneNetwork, held_network


class NetworkRemove(OneNetwork[Network]):
    """Removes a network that is connected to no group."""

    op_id = "OP_NETWORK_REMOVE"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The network; all groups, so that none gets connected."""
        return LockWish(None, LockMode.SHARED) if level is LockLevel.GROUP else super().lock(order, level, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Network]:
        """No group may be connected to it."""
        network = held_network(order, snapshot)
        if groups := [group.name for group in snapshot.groups_by_network.get(network.uuid, ())]:
            names = ", ".join(sorted(groups, key=nice_key))
            name = order["network_name"]
            yield warning(f"Network '{name}' is connected to the following node groups: {names}")
            raise OpPrereqError("Network still connected", ErrorCode.WRONG_STATE)
        return network

    def hooks(self, order: Order, plan: Network, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        master = (snapshot.cluster.master_node,)
        return HookPlan("network-remove", "NETWORK", {"NETWORK_NAME": order["network_name"]}, master, master)

    def execute(self, order: Order, plan: Network) -> Effects[object]:
        """Write it."""
        del order
        yield ChangeConfig(lambda snapshot, now: remove(snapshot, plan, now))
        return None
