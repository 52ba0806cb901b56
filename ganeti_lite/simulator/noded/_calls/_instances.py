"""Calls that start, stop, change and install instances.

Source: reference of Ganeti's node RPC, 3.6. A guest gets the memory that its instance may have at most, as with
Ganeti's fake hypervisor; that the node has so much is not looked at.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.machine import Guest, SimulatedNode

from ._device_state import DeviceError, demand_device
from ._hypervisors import check_hypervisor
from ._objects import check_instance
from ._outcome import CallError, Calls, Done
from ._systems import find_system

_NOT_SET_UP: Final = "Block device '{}' is not set up"


def make_guest(instance: Mapping[str, Any]) -> Guest:
    """The guest that an instance object with filled parameters stands for."""
    params = instance["beparams"]
    return Guest(instance["name"], instance["hypervisor"], params["maxmem"], params["vcpus"])


def find_guest(machine: SimulatedNode, instance: Mapping[str, Any]) -> Guest | None:
    """What the instance's hypervisor knows of it; None if it does not run.

    :raises ValueError: unknown hypervisor, or unknown key of the object.
    """
    check_instance(instance)
    check_hypervisor(instance["hypervisor"])
    wanted = (instance["name"], instance["hypervisor"])
    return next((guest for guest in machine.guests if (guest.name, guest.hypervisor) == wanted), None)


def _start(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """Nothing happens to an instance that runs; one that its user has shut down starts."""
    instance, _is_paused, _reason = arguments
    return Done(_started(machine, instance))


def _started(machine: SimulatedNode, instance: Mapping[str, Any]) -> SimulatedNode:
    check_instance(instance)
    try:
        check_hypervisor(instance["hypervisor"])
    except ValueError as error:
        raise CallError(f"Hypervisor error: {error}") from error
    guest = find_guest(machine, instance)
    if guest is not None and not guest.is_shut_down:
        return machine
    try:
        _demand_disks(machine, instance)
    except DeviceError as error:
        raise CallError(f"Block device error: {error}.") from error
    return machine.start(make_guest(instance))


def _demand_disks(machine: SimulatedNode, instance: Mapping[str, Any]) -> None:
    for disk in instance.get("disks_info") or ():
        demand_device(machine, disk, _NOT_SET_UP)


def _shutdown(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """It is asked to stop, and made to after the timeout."""
    instance, timeout, _reason = arguments
    guest = find_guest(machine, instance)
    if guest is None:
        return Done(machine)
    return Done(machine.stop(guest.name), seconds=_shutdown_seconds(guest, timeout))


def _shutdown_seconds(guest: Guest, timeout: float) -> float:
    return 0.0 if guest.is_shut_down else min(guest.shutdown_seconds, float(timeout))


def _reboot(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, kind, timeout, _reason = arguments
    guest = find_guest(machine, instance)
    if guest is None:
        raise CallError(f"Cannot reboot instance '{instance['name']}' that is not running")
    match kind:
        case "soft":
            return Done(machine.start(attrs.evolve(guest, time=0.0, is_shut_down=False)))
        case "hard":
            rebooted = _started(machine.stop(guest.name), instance)
            return Done(rebooted, seconds=_shutdown_seconds(guest, timeout))
        case _:
            raise CallError(f"Invalid reboot_type received: '{kind}'")


def _balloon(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, memory = arguments
    guest = find_guest(machine, instance)
    return Done(machine if guest is None else machine.start(attrs.evolve(guest, memory=memory)))


def _install(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, _is_reinstall, _debug = arguments
    _check_scripts(machine, instance)
    return Done(machine.install(instance["name"], instance["os"]))


def _run_rename(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    instance, _old_name, _debug = arguments
    _check_scripts(machine, instance)
    return Done(machine.install(instance["name"], instance["os"]))


def _check_scripts(machine: SimulatedNode, instance: Mapping[str, Any]) -> None:
    """Whether the OS definition's scripts could run: it is there, and so are the disks."""
    check_instance(instance)
    find_system(machine, instance["os"])
    try:
        _demand_disks(machine, instance)
    except DeviceError as error:
        raise CallError(str(error)) from error


def _modify_metadata(_machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    (instance,) = arguments
    _ = instance["name"]


INSTANCE_CALLS: Final[Calls] = {
    "instance_start": _start,
    "instance_shutdown": _shutdown,
    "instance_reboot": _reboot,
    "instance_balloon_memory": _balloon,
    "instance_os_add": _install,
    "instance_run_rename": _run_rename,
    "instance_metadata_modify": _modify_metadata,
}
