"""Calls that move a running instance: the master asks both nodes, step by step.

The guest leaves the source and appears on the target in the last step of each, as with Ganeti's fake hypervisor.
Source: reference of Ganeti's node RPC, 3.6.
"""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._instances import find_guest, make_guest
from ._outcome import CallError, Calls, Done


def _check_migratable(machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    (instance,) = arguments
    if find_guest(machine, instance) is None:
        raise CallError(f"Instance {instance['name']} is not running")


def _tell(machine: SimulatedNode, arguments: Sequence[Any]) -> str:
    """What the target must know beforehand: nothing."""
    (instance,) = arguments
    find_guest(machine, instance)
    return ""


def _accept(machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    instance, _info, _target = arguments
    if find_guest(machine, instance) is not None:
        raise CallError("Failed to accept instance: Can't accept instance, already running")


def _migrate(machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    _cluster, instance, _target, _is_live = arguments
    find_guest(machine, instance)


def _get_status(machine: SimulatedNode, arguments: Sequence[Any]) -> dict[str, str]:
    (instance,) = arguments
    find_guest(machine, instance)
    return {"status": "completed"}


def _finish_at_source(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, is_success, _is_live = arguments
    find_guest(machine, instance)
    return Done(machine.stop(instance["name"]) if is_success else machine)


def _finish_at_target(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, _info, is_success = arguments
    find_guest(machine, instance)
    return Done(machine.start(make_guest(instance)) if is_success else machine.stop(instance["name"]))


MIGRATION_CALLS: Final[Calls] = {
    "instance_migratable": _check_migratable,
    "migration_info": _tell,
    "accept_instance": _accept,
    "instance_migrate": _migrate,
    "instance_get_migration_status": _get_status,
    "instance_finalize_migration_src": _finish_at_source,
    "instance_finalize_migration_dst": _finish_at_target,
}
