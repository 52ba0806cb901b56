"""The calls of queries: what the machine has, what runs on it, what is installed.

Source: reference of Ganeti's node RPC, part 2.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.constants import PROTOCOL_VERSION
from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator.noded.machine import Guest, SimulatedNode

from ._console import describe_console
from ._hypervisors import check_hypervisor, describe_hypervisor
from ._outcome import CallError, Calls
from ._storage import describe_unit, list_storage

_STATE_RUNNING: Final = 0
_STATE_SHUT_DOWN: Final = 1


def _version(_node: SimulatedNode, _arguments: object) -> int:
    return PROTOCOL_VERSION


def _master_node_name(node: SimulatedNode, _arguments: object) -> str:
    return node.master_name


def _node_info(node: SimulatedNode, arguments: Sequence[Any]) -> list[object]:
    units, hypervisors = arguments
    return [
        node.boot_id,
        units if units is None else [describe_unit(node, unit) for unit in units],
        hypervisors if hypervisors is None else [describe_hypervisor(node, name) for name, _params in hypervisors],
    ]


def _all_instances_info(node: SimulatedNode, arguments: Sequence[Any]) -> JsonObject:
    return {guest.name: _guest(guest) for guest in _guests(node, arguments)}


def _instance_list(node: SimulatedNode, arguments: Sequence[Any]) -> list[str]:
    return [guest.name for guest in _guests(node, arguments)]


def _guests(node: SimulatedNode, arguments: Sequence[Any]) -> list[Guest]:
    """Those of the hypervisors asked for, in their order; each must come with its parameters."""
    names, params = arguments
    found: list[Guest] = []
    for name in names:
        _ = params[name]
        check_hypervisor(name)
        found.extend(guest for guest in node.guests if guest.hypervisor == name)
    return found


def _instance_info(node: SimulatedNode, arguments: Sequence[Any]) -> JsonObject:
    name, hypervisor, _params = arguments
    check_hypervisor(hypervisor)
    found = (_guest(guest) for guest in node.guests if guest.name == name and guest.hypervisor == hypervisor)
    return next(found, {})


def _guest(guest: Guest) -> JsonObject:
    return {
        "memory": guest.memory,
        "vcpus": guest.vcpus,
        "state": _STATE_SHUT_DOWN if guest.is_shut_down else _STATE_RUNNING,
        "time": guest.time,
    }


def _instance_console_info(_node: SimulatedNode, arguments: Mapping[str, Any]) -> JsonObject:
    return {name: describe_console(arguments[name]) for name in arguments}


def _export_list(node: SimulatedNode, _arguments: object) -> list[str]:
    if node.exports is None:
        raise CallError("No exports directory")
    return sorted(node.exports)


def list_systems(node: SimulatedNode, _arguments: object) -> list[list[object]]:
    """The OS definitions, as ``os_diagnose`` answers; of an invalid one there is nothing but its fault."""
    return [
        [each.name, each.path, False, each.fault, [], [], [], each.is_trusted]
        if each.fault
        else [each.name, each.path, True, "", each.variants, each.parameters, each.api_versions, each.is_trusted]
        for each in node.systems
    ]


def _extstorage_diagnose(node: SimulatedNode, _arguments: object) -> list[list[object]]:
    return [
        [each.name, each.path, not each.fault, each.fault, () if each.fault else each.parameters]
        for each in node.external_storages
    ]


QUERY_CALLS: Final[Calls] = {
    "version": _version,
    "master_node_name": _master_node_name,
    "node_info": _node_info,
    "all_instances_info": _all_instances_info,
    "instance_list": _instance_list,
    "instance_info": _instance_info,
    "instance_console_info": _instance_console_info,
    "export_list": _export_list,
    "os_diagnose": list_systems,
    "extstorage_diagnose": _extstorage_diagnose,
    "storage_list": list_storage,
}
