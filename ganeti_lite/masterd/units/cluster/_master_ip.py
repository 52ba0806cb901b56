"""The master's own address when its device or netmask changes."""

from typing import Any

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.units._answers import FAST
from ganeti_lite.masterd.units._effects import CallNodes, Effects, Tell, warning
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import Cluster
from ganeti_lite.wire.noderpc import RpcFailure


def _describe(cluster: Cluster) -> list[Any]:
    """The arguments of the calls that bring the address up and down."""
    params = {
        "uuid": cluster.master_node,
        "ip": cluster.master_ip,
        "netmask": cluster.master_netmask,
        "netdev": cluster.master_netdev,
        "ip_family": cluster.primary_ip_family,
    }
    return [params, cluster.use_external_mip_script]


def prepare_address(order: Order, cluster: Cluster) -> Effects[None]:
    """Before the change: take the address down if it moves to another device, and change its netmask.

    :raises OpExecError: it does not come down, and that is not forced.
    """
    master = cluster.master_node
    if order["master_netdev"]:
        yield Tell(f"Shutting down master ip on the current netdev ({cluster.master_netdev})")
        results = yield CallNodes("node_deactivate_master_ip", {master: _describe(cluster)}, FAST)
        result = results[master]
        if isinstance(result, RpcFailure) and not order["force"]:
            raise OpExecError(f"Could not disable the master ip: {result.reason}")
        if isinstance(result, RpcFailure):
            yield Tell(f"Could not disable the master ip (continuing anyway): {result.reason}")
        yield Tell(f"Changing master_netdev from {cluster.master_netdev} to {order['master_netdev']}")
    if order["master_netmask"]:
        yield Tell(f"Changing master IP netmask to {order['master_netmask']}")
        arguments = [cluster.master_netmask, order["master_netmask"], cluster.master_ip, cluster.master_netdev]
        results = yield CallNodes("node_change_master_netmask", {master: arguments}, FAST)
        if isinstance(results[master], RpcFailure):
            yield Tell(f"Could not change the master IP netmask: {results[master].reason}")


def restore_address(order: Order, cluster: Cluster) -> Effects[None]:
    """Behind the change: bring the address up on the new device."""
    if not order["master_netdev"]:
        return
    master = cluster.master_node
    yield Tell(f"Starting the master ip on the new master netdev ({cluster.master_netdev})")
    results = yield CallNodes("node_activate_master_ip", {master: _describe(cluster)}, FAST)
    if isinstance(results[master], RpcFailure):
        text = "Could not re-enable the master ip on the master, please restart manually"
        yield warning(f"{text}: {results[master].reason}")
