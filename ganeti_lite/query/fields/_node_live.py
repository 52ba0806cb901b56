"""Node fields that only the node itself knows: memory, CPUs, storage, boot id."""

from collections.abc import Callable
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.live import Live, NodeFailure, NodeInfo, Storage
from ganeti_lite.query.values import NODATA, OFFLINE
from ganeti_lite.snapshot import Node

from ._field import LiveRule, each_live, live_field


def _of_info(value_of: Callable[[NodeInfo], object]) -> LiveRule:
    """A value of the node's answer; None in it is no data."""

    def value(live: Live, node: Node) -> object:
        if node.offline:
            return OFFLINE
        info = live.nodes.find(node)
        found = None if isinstance(info, NodeFailure) else value_of(info)
        return NODATA if found is None else found

    return each_live(value)


def _machine(member: str) -> LiveRule:
    return _of_info(lambda info: info.machine.get(member))


def _size(unit: Storage | None) -> int | None:
    return None if unit is None else unit.size


def _free(unit: Storage | None) -> int | None:
    return None if unit is None else unit.free


LIVE_FIELDS: Final = (
    live_field("bootid", "BootID", FieldKind.TEXT, "Changes with each boot", _of_info(lambda info: info.boot_id)),
    live_field("cnodes", "CNodes", FieldKind.NUMBER, "Number of NUMA domains", _machine("cpu_nodes")),
    live_field("csockets", "CSockets", FieldKind.NUMBER, "Number of CPU sockets", _machine("cpu_sockets")),
    live_field("cnos", "CNOs", FieldKind.NUMBER, "CPUs that the host itself uses", _machine("cpu_dom0")),
    live_field("ctotal", "CTotal", FieldKind.NUMBER, "Number of logical CPUs", _machine("cpu_total")),
    live_field("mtotal", "MTotal", FieldKind.UNIT, "Memory of the machine", _machine("memory_total")),
    live_field("mnode", "MNode", FieldKind.UNIT, "Memory that the host itself uses", _machine("memory_dom0")),
    live_field("mfree", "MFree", FieldKind.UNIT, "Memory that is free for instances", _machine("memory_free")),
    live_field(
        "dtotal",
        "DTotal",
        FieldKind.UNIT,
        "Disk space of the default storage",
        _of_info(lambda info: _size(info.space)),
    ),
    live_field(
        "dfree",
        "DFree",
        FieldKind.UNIT,
        "Free disk space of the default storage",
        _of_info(lambda info: _free(info.space)),
    ),
    live_field(
        "sptotal",
        "SpTotal",
        FieldKind.NUMBER,
        "Spindles of the volume group",
        _of_info(lambda info: _size(info.spindles)),
    ),
    live_field(
        "spfree",
        "SpFree",
        FieldKind.NUMBER,
        "Free spindles of the volume group",
        _of_info(lambda info: _free(info.spindles)),
    ),
)
