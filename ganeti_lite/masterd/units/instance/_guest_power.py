"""Guests started and stopped on the node that runs them: what the opcodes for power have in common."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import instance_object
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot, Instance, Node
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._disk_power import shut_disks_down

_TIMEOUT: Final = 900.0
"""Seconds that a node has for starting a guest."""

_SHUTDOWN_GRACE: Final = 60.0
"""Seconds that a node has besides those that the guest has for shutting down."""


@frozen
class Power:
    """An instance whose power is switched.

    :ivar is_reachable: whether its primary node is to be asked for anything; else only the mark is changed.
    :ivar is_user_down: whether its guest was shut down from inside, so that it is to be cleaned up first.
    """

    instance: Instance
    primary: Node
    snapshot: ClusterSnapshot
    is_reachable: bool = True
    is_user_down: bool = False


def start_guest(
    order: Order,
    instance: Instance,
    snapshot: ClusterSnapshot,
    failure: str,
    *,
    hvparams: Mapping[str, Any] = EMPTY,
    beparams: Mapping[str, Any] = EMPTY,
    is_paused: bool = False,
) -> Effects[None]:
    """Have the primary node run an instance whose disks are up.

    :param failure: what to say if it does not; None of the reason.
    :raises OpExecError: it does not; the disks are down again.
    """
    uuid = str(instance.primary_node)
    shown = instance_object(snapshot, instance, uuid, hvparams=hvparams, beparams=beparams)
    results = yield CallNodes("instance_start", {uuid: [shown, is_paused, list(order.reason)]}, _TIMEOUT)
    result = results[uuid]
    if isinstance(result, RpcFailure):
        yield from shut_disks_down(instance, snapshot)
        raise OpExecError(f"{failure}: {result.reason}")


def stop_guest(order: Order, instance: Instance, snapshot: ClusterSnapshot, timeout: float) -> Effects[RpcResult]:
    """Have the primary node shut an instance down, for which the guest has *timeout* seconds; what the node says."""
    uuid = str(instance.primary_node)
    shown = instance_object(snapshot, instance, uuid)
    arguments = [shown, timeout, list(order.reason)]
    results = yield CallNodes("instance_shutdown", {uuid: arguments}, max(_TIMEOUT, timeout + _SHUTDOWN_GRACE))
    result: RpcResult = results[uuid]
    return result
