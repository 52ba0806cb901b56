"""The hypervisors that a machine may run, and what each tells of it."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator.noded.machine import SimulatedNode

_HYPERVISORS: Final[Mapping[str, JsonObject]] = {
    "kvm": {"hv_version": [7, 2, 17]},
    "xen-pvm": {"hv_version": [4, 17], "memory_hv": 128},
    "xen-hvm": {"hv_version": [4, 17], "memory_hv": 128},
    "lxc": {},
    "chroot": {},
    "fake": {},
}
"""By name, what a hypervisor tells beyond memory and CPUs."""

HYPERVISORS: Final = frozenset(_HYPERVISORS)


def check_hypervisor(name: str) -> None:
    """Nothing, if there is such a hypervisor.

    :raises ValueError: there is none; the text is the real daemon's.
    """
    if name not in _HYPERVISORS:
        raise ValueError(f"Unknown hypervisor type '{name}'")


def describe_hypervisor(machine: SimulatedNode, name: str) -> JsonObject:
    """Memory (MiB) and CPUs as a hypervisor counts them.

    :raises ValueError: as :func:`check_hypervisor`.
    """
    check_hypervisor(name)
    hardware = machine.hardware
    return {
        "memory_total": hardware.memory_total,
        "memory_dom0": hardware.memory_node,
        "memory_free": machine.memory_free,
        "cpu_total": hardware.cpu_total,
        "cpu_dom0": hardware.cpu_node,
        "cpu_nodes": hardware.cpu_nodes,
        "cpu_sockets": hardware.cpu_sockets,
        **_HYPERVISORS[name],
    }
