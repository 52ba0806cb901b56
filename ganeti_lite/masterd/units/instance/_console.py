"""OP_INSTANCE_CONSOLE: how the console of an instance that runs is reached.

Source: what Ganeti 3.0 answers; unlike there, it is the instance's node that says it.
"""

from typing import Any

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.units._instances import URGENT, InstanceUnit, check_node_online, primary_of, the_instance
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, fill_beparams, fill_hvparams
from ganeti_lite.wire.noderpc import RpcFailure

from ._guest_power import Power

_STATES = {"up": "ERROR_down", "down": "ADMIN_down"}
"""What an instance that does not run is called, by what it is meant to be."""


class InstanceConsole(InstanceUnit[Power]):
    """Tells how the console is reached."""

    op_id = "OP_INSTANCE_CONSOLE"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance, together with others that only look."""
        del snapshot
        if level is not LockLevel.INSTANCE:
            return None
        return LockWish(frozenset({order["instance_name"]}), LockMode.SHARED)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Power]:
        """Its node must be there."""
        yield from ()
        instance = the_instance(order, snapshot)
        primary = primary_of(instance, snapshot)
        check_node_online(primary)
        return Power(instance, primary, snapshot)

    def execute(self, order: Order, plan: Power) -> Effects[object]:
        """It must run; then its node says how."""
        del order
        instance, node = plan.instance, plan.primary
        hvparams = plain_object(plan.snapshot.cluster.hvparams)
        running = yield from _ask(node, "instance_list", [[instance.hypervisor], hvparams])
        if instance.name not in running:
            state = _STATES.get(str(instance.admin_state), "ADMIN_offline")
            raise OpExecError(f"Instance {instance.name} is not running (state {state})")
        told = yield from _ask(node, "instance_console_info", _describe(instance, node, plan.snapshot))
        return told[instance.name]


def _ask(node: Node, method: str, arguments: Any) -> Effects[Any]:
    results = yield CallNodes(method, {node.uuid: arguments}, URGENT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Can't get node information from {node.name}: {result.reason}")
    return result.payload


def _describe(instance: Instance, node: Node, snapshot: ClusterSnapshot) -> Any:
    """The only call whose body is an object: by instance's name, all that the node needs to know."""
    cluster = snapshot.cluster
    shown = {
        "instance": instance,
        "node": node,
        "group": snapshot.nodegroups[node.group],
        "hvParams": fill_hvparams(cluster, instance),
        "beParams": fill_beparams(cluster, instance.beparams) or {},
    }
    return {instance.name: {name: plain_object(value) for name, value in shown.items()}}
