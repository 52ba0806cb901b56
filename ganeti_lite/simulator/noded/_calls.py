"""The calls that a simulated node daemon knows: what each answers, as a function of the machine and the arguments.

Names, arguments and results are those of the node daemon of Ganeti 3.0.2. Arguments that do not fit fail as there: the
exception's text is the answer.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from ganeti_lite.constants import PROTOCOL_VERSION
from ganeti_lite.simulator._objects import JsonObject

from ._console import describe_console
from ._storage import describe_unit, list_storage
from .machine import Guest, SimulatedNode

_UNEXPECTED: Final = "Error while executing backend function: "
_HYPERVISORS: Final[Mapping[str, JsonObject]] = {
    "kvm": {"hv_version": [7, 2, 17]},
    "xen-pvm": {"hv_version": [4, 17], "memory_hv": 128},
    "xen-hvm": {"hv_version": [4, 17], "memory_hv": 128},
    "lxc": {},
    "chroot": {},
    "fake": {},
}
"""By name, what a hypervisor tells beyond memory and CPUs."""

_STATE_RUNNING: Final = 0
_STATE_SHUT_DOWN: Final = 1


class CallError(Exception):
    """A call fails as the daemon means it to; the message is the whole answer."""


@attrs.frozen
class Result:
    """What a call comes to.

    :ivar payload: of a success, any JSON value; of a failure, the message.
    """

    is_success: bool
    payload: object

    def to_body(self) -> bytes:
        """As it is sent: ASCII, with blanks and a final newline."""
        return json.dumps([self.is_success, self.payload]).encode("ascii") + b"\n"


def answer_call(node: SimulatedNode, call: str, body: bytes) -> Result:
    """What a node answers.

    :param call: a key of :data:`CALLS`.
    :param body: of the request: the arguments as JSON.
    """
    try:
        return Result(True, CALLS[call](node, json.loads(body)))
    except CallError as error:
        return Result(False, str(error))
    except Exception as error:  # the real daemon, too, makes an answer of whatever goes wrong in a call
        return Result(False, f"{_UNEXPECTED}{error}")


def _version(_node: SimulatedNode, _arguments: object) -> int:
    return PROTOCOL_VERSION


def _master_node_name(node: SimulatedNode, _arguments: object) -> str:
    return node.master_name


def _node_info(node: SimulatedNode, arguments: Sequence[Any]) -> list[object]:
    units, hypervisors = arguments
    return [
        node.boot_id,
        units if units is None else [describe_unit(node, unit) for unit in units],
        hypervisors if hypervisors is None else [_hypervisor(node, name) for name, _params in hypervisors],
    ]


def _hypervisor(node: SimulatedNode, name: str) -> JsonObject:
    hardware = node.hardware
    return {
        "memory_total": hardware.memory_total,
        "memory_dom0": hardware.memory_node,
        "memory_free": node.memory_free,
        "cpu_total": hardware.cpu_total,
        "cpu_dom0": hardware.cpu_node,
        "cpu_nodes": hardware.cpu_nodes,
        "cpu_sockets": hardware.cpu_sockets,
        **_known_hypervisor(name),
    }


def _known_hypervisor(name: str) -> JsonObject:
    if name not in _HYPERVISORS:
        raise ValueError(f"Unknown hypervisor type '{name}'")
    return _HYPERVISORS[name]


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
        _known_hypervisor(name)
        found.extend(guest for guest in node.guests if guest.hypervisor == name)
    return found


def _instance_info(node: SimulatedNode, arguments: Sequence[Any]) -> JsonObject:
    name, hypervisor, _params = arguments
    _known_hypervisor(hypervisor)
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


def _os_diagnose(node: SimulatedNode, _arguments: object) -> list[list[object]]:
    """Of an invalid definition there is nothing but its fault."""
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


CALLS: Final[Mapping[str, Callable[[SimulatedNode, Any], object]]] = {
    "version": _version,
    "master_node_name": _master_node_name,
    "node_info": _node_info,
    "all_instances_info": _all_instances_info,
    "instance_list": _instance_list,
    "instance_info": _instance_info,
    "instance_console_info": _instance_console_info,
    "export_list": _export_list,
    "os_diagnose": _os_diagnose,
    "extstorage_diagnose": _extstorage_diagnose,
    "storage_list": list_storage,
}
"""By name; each takes the machine and the decoded arguments."""
