"""Configuration objects as requests bring them: what they may have, and how errors call them.

Source: reference of Ganeti's node RPC, 1.5 and 3.1, and of its configuration file.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

_TIMES: Final = frozenset({"ctime", "mtime", "serial_no", "uuid"})

_DISK: Final = _TIMES | {
    "children", "dev_type", "dynamic_params", "forthcoming", "hvinfo", "iv_name", "logical_id", "mode", "name", "nodes",
    "params", "pci", "size", "spindles",
}  # fmt: skip
_NIC: Final = frozenset({"hvinfo", "ip", "mac", "name", "netinfo", "network", "nicparams", "pci", "uuid"})
_INSTANCE: Final = _TIMES | {
    "admin_state", "admin_state_source", "beparams", "disk_template", "disks", "disks_active", "disks_info",
    "forthcoming", "hvparams", "hypervisor", "name", "network_port", "nics", "os", "osparams", "osparams_private",
    "primary_node", "secondary_nodes", "tags",
}  # fmt: skip


def check_disk(disk: Mapping[str, Any]) -> None:
    """Nothing, if a disk and its children have only keys that such objects have.

    :raises ValueError: another key is there; the text is the real daemon's.
    """
    _check(disk, "Disk", _DISK)
    for child in disk.get("children") or ():
        check_disk(child)


def check_instance(instance: Mapping[str, Any]) -> None:
    """Likewise for an instance with its interfaces and disks."""
    _check(instance, "Instance", _INSTANCE)
    for nic in instance.get("nics") or ():
        _check(nic, "NIC", _NIC)
    for disk in instance.get("disks_info") or ():
        check_disk(disk)


def _check(entry: Mapping[str, Any], kind: str, known: AbstractSet[str]) -> None:
    for key in entry:
        if key not in known:
            raise ValueError(f"Object {kind} doesn't support the parameter '{key}'")


def describe_disk(disk: Mapping[str, Any]) -> str:
    """How errors call a disk."""
    kind, place = disk["dev_type"], disk["logical_id"]
    children = [describe_disk(child) for child in disk.get("children") or ()]
    match kind:
        case "plain":
            text = f"<LogicalVolume(/dev/{place[0]}/{place[1]}"
        case "drbd":
            parts = f"backend={children[0]}, metadev={children[1]}" if len(children) == 2 else "no local storage"
            text = f"<DRBD8(hosts={place[0]}/{place[3]}-{place[1]}/{place[4]}, port={place[2]}, {parts}"
        case _:
            text = f"<Disk(type={kind}, logical_id={tuple(place)!r}, children=[{', '.join(children)}]"
    visible = ", not visible" if disk.get("iv_name") is None else f", visible as /dev/{disk['iv_name']}"
    spindles = "" if disk.get("spindles") is None else f", spindles={disk['spindles']}"
    size = f", size={disk['size']}m" if isinstance(disk.get("size"), int) else f", size='{disk.get('size')}'"
    return f"{text}{visible}{spindles}{size})>"
