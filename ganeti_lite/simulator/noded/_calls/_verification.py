"""What a node tells of itself when the cluster is verified: an answer to each question that it can answer.

Source: reference of Ganeti's node RPC, 3.11. Made-up nodes reach each other and lack no program.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from ganeti_lite.constants import PROTOCOL_VERSION, SOFTWARE_VERSION
from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._hypervisors import HYPERVISORS, describe_hypervisor
from ._outcome import TimedCalls
from ._queries import list_systems
from ._wire import localize

_Question: TypeAlias = Callable[[SimulatedNode, Any], object]
_ONLY_FOR_GUESTS: Final = frozenset(
    {"hypervisor", "hvparms", "instancelist", "hvinfo", "oslist", "vglist", "lvlist", "pvlist", "drbd-version",
     "drbd-helper", "drbd-list", "bridges"}
)  # fmt: skip
"""They are not asked of nodes that cannot have instances."""

_NOTHING_WRONG: Final = None


def _verify(machine: SimulatedNode, arguments: Sequence[Any], now: float) -> JsonObject:
    checks, _cluster_name, all_params = arguments
    _check_params(checks, all_params)
    skipped = _ONLY_FOR_GUESTS if machine.name in checks.get("nonvmnodes", ()) else frozenset()
    answers = {
        key: answer(machine, checks[key]) for key, answer in _QUESTIONS.items() if key in checks and key not in skipped
    }
    if "time" in checks:
        answers["time"] = _split_time(now + machine.clock_skew)
    return {key: each for key, each in answers.items() if each is not _NOTHING_WRONG}


def _check_params(checks: Mapping[str, Any], all_params: Mapping[str, Any]) -> None:
    """Nothing, if there are parameters for each hypervisor that is asked about.

    :raises KeyError: there are none for one of them.
    """
    hypervisors = [*checks.get("hypervisor", ()), *checks.get("instancelist", ())]
    for name in [*hypervisors, checks["hvinfo"]] if "hvinfo" in checks else hypervisors:
        _ = all_params[name]


def _split_time(seconds: float) -> list[int]:
    """Seconds and microseconds."""
    whole, micros = divmod(round(seconds * 1_000_000), 1_000_000)
    return [whole, micros]


def _version(_machine: SimulatedNode, _asked: object) -> list[object]:
    return [PROTOCOL_VERSION, SOFTWARE_VERSION]


def _digest_files(machine: SimulatedNode, paths: Sequence[str]) -> JsonObject:
    """SHA-1 of each file that is there, by the path as it was asked for."""
    found = {path: machine.files.files.get(localize(machine.files, path)) for path in paths}
    return {
        path: hashlib.sha1(file.content.encode("utf-8"), usedforsecurity=False).hexdigest()
        for path, file in found.items()
        if file is not None
    }


def _verify_hypervisors(_machine: SimulatedNode, names: Sequence[str]) -> JsonObject:
    return {name: None if name in HYPERVISORS else f"Unknown hypervisor type '{name}'" for name in names}


def _list_instances(machine: SimulatedNode, names: Sequence[str]) -> list[str]:
    return [guest.name for name in names for guest in machine.guests if guest.hypervisor == name]


def _tell_certificate(machine: SimulatedNode, _asked: object) -> list[str | None]:
    return [None, machine.certificate_digest]


def _forbidden_paths(machine: SimulatedNode, asked: str) -> list[str] | None:
    return [] if machine.name == asked else _NOTHING_WRONG


def _check_storage_path(machine: SimulatedNode, path: str) -> str | None:
    return _NOTHING_WRONG if machine.has_directory(path) else f"Storage path '{path}' does not exist"


def _list_groups(machine: SimulatedNode, _asked: object) -> JsonObject:
    return {group.name: group.size for group in machine.volume_groups}


def _list_volumes(machine: SimulatedNode, group: str) -> JsonObject:
    """``VG/LV`` with its size as text, and whether it is inactive and online."""
    return {
        device.path.removeprefix("/dev/"): [f"{device.size:.2f}", not device.is_active, device.is_open]
        for device in machine.devices.values()
        if device.kind == "plain" and device.group == group
    }


def _list_minors(machine: SimulatedNode, _asked: object) -> list[int | None]:
    return [device.minor for device in machine.devices.values() if device.kind == "drbd" and device.is_active]


def _missing_bridges(machine: SimulatedNode, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in machine.bridges]


def _no_faults(_machine: SimulatedNode, _asked: object) -> list[object]:
    return []


def _all_reached(_machine: SimulatedNode, _asked: object) -> JsonObject:
    return {}


_QUESTIONS: Final[Mapping[str, _Question]] = {
    "filelist": _digest_files,
    "nodelist": _all_reached,
    "node-net-test": _all_reached,
    "hypervisor": _verify_hypervisors,
    "hvparms": _no_faults,
    "instancelist": _list_instances,
    "version": _version,
    "hvinfo": describe_hypervisor,
    "nodesetup": _no_faults,
    "master-ip": lambda _machine, _asked: True,
    "oslist": list_systems,
    "user-scripts": _no_faults,
    "client-cert": _tell_certificate,
    "allowed-file-storage-paths": _forbidden_paths,
    "file-storage-path": _check_storage_path,
    "vglist": _list_groups,
    "lvlist": _list_volumes,
    "drbd-version": lambda _machine, _asked: "8.4.11",
    "drbd-helper": lambda _machine, _asked: [True, "/bin/true"],
    "drbd-list": _list_minors,
    "bridges": _missing_bridges,
    "oob-paths": lambda _machine, paths: [None] * len(paths),
    "ssh-clutter": _no_faults,
}
"""What is asked, and how it is answered from the machine and what was asked with it; the time is asked as well."""

VERIFICATION_CALLS: Final[TimedCalls] = {"node_verify": _verify, "node_verify_light": _verify}
