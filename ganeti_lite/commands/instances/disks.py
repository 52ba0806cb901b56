"""Disks in ``gnt-instance info``. Source of names, order and texts: what Ganeti 3.0's command prints."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.commands.report import Section
from ganeti_lite.commands.units import UNIT_FORMATS

_FAULTY: Final = 4
_UNCERTAIN: Final = 3
"""States of the storage below a mirrored disk, as nodes tell them."""

_DRBD: Final = "drbd"
_PLAIN: Final = "plain"

Disk = Mapping[str, Any]


def describe_disk(index: int, disk: Disk, *, is_child: bool = False) -> Section:
    """Everything about a disk, and what it is made of."""
    size = UNIT_FORMATS["h"](disk["size"]) if isinstance(disk["size"], int) else str(disk["size"])
    children = [describe_disk(place, child, is_child=True) for place, child in enumerate(disk["children"] or ())]
    return Section(
        (
            (_name(index, disk, is_child=is_child), f"{disk['dev_type']}, size {size}"),
            *(() if is_child else _describe_access(disk)),
            *_describe_place(disk),
            *_describe_device("on primary", disk["dev_type"], disk["pstatus"]),
            *_describe_device("on secondary", disk["dev_type"], disk["sstatus"]),
            ("name", disk["name"]),
            ("UUID", disk["uuid"]),
            *([("child devices", children)] if children else []),
        )
    )


def _name(index: int, disk: Disk, *, is_child: bool) -> str:
    if is_child:
        return f"child {index}"
    return f"disk {index}" if disk["iv_name"] is None else str(disk["iv_name"])


def _describe_access(disk: Disk) -> Iterator[tuple[str, object]]:
    if disk["spindles"] is not None:
        yield "spindles", disk["spindles"]
    yield "access mode", disk["mode"]


def _describe_place(disk: Disk) -> Iterator[tuple[str, object]]:
    place = disk["logical_id"]
    if place is None:
        return
    if disk["dev_type"] == _DRBD:
        drbd = disk["drbd_info"]
        yield "nodeA", f"{drbd['primary_node']}, minor={drbd['primary_minor']}"
        yield "nodeB", f"{drbd['secondary_node']}, minor={drbd['secondary_minor']}"
        yield "port", drbd["port"]
    elif disk["dev_type"] == _PLAIN and len(place) == 2:
        yield "logical_id", "/".join(place)
    else:
        yield "logical_id", str(place)


def _describe_device(name: str, kind: str, status: Sequence[Any] | None) -> Iterator[tuple[str, str]]:
    """The device on a node, if the node has told of it."""
    if not status:
        return
    path, major, minor, percentage, seconds, is_degraded, storage = status
    numbers = ":".join("N/A" if number is None else str(number) for number in (major, minor))
    text = f"{path} ({numbers})"
    if kind == _DRBD:
        text += f" {_describe_sync(percentage, seconds)}, status {'*DEGRADED*' if is_degraded else 'ok'}"
        text += {_FAULTY: " *MISSING DISK*", _UNCERTAIN: " *UNCERTAIN STATE*"}.get(storage, "")
    elif kind == _PLAIN and storage == _FAULTY:
        text += " *FAILED* (failed drive?)"
    yield name, text


def _describe_sync(percentage: float | None, seconds: int | None) -> str:
    if percentage is None:
        return "in sync"
    return f"*RECOVERING* {percentage:5.2f}%, ETA {f'{seconds}s' if seconds else 'unknown'}"
