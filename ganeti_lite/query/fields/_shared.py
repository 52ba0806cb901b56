"""Fields that several item types have: the common five, and node parameters."""

from collections.abc import Callable
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.times import round_time
from ganeti_lite.query.values import NODATA
from ganeti_lite.snapshot import ClusterSnapshot, Params

from ._field import Field, Row, Source, attribute, config_field, each, each_in

COMMON_FIELDS: Final = (
    config_field("ctime", "CTime", FieldKind.TIMESTAMP, "When it was created", each(lambda row: round_time(row.ctime))),
    config_field(
        "mtime", "MTime", FieldKind.TIMESTAMP, "When it was last changed", each(lambda row: round_time(row.mtime))
    ),
    config_field("uuid", "UUID", FieldKind.TEXT, "Its lasting identifier", attribute("uuid")),
    config_field("serial_no", "SerialNo", FieldKind.NUMBER, "Rises with each change", attribute("serial_no")),
    config_field("tags", "Tags", FieldKind.OTHER, "Its tags, sorted", attribute("tags")),
)

_NODE_PARAMETERS: Final = (
    ("oob_program", "OutOfBandProgram", FieldKind.OTHER, "Program that powers the node on and off"),
    ("spindle_count", "SpindleCount", FieldKind.NUMBER, "Number of disk spindles"),
    ("exclusive_storage", "ExclusiveStorage", FieldKind.BOOL, "Whether disks do not share physical volumes"),
    ("ovs", "OpenvSwitch", FieldKind.BOOL, "Whether Open vSwitch is set up"),
    ("ovs_name", "OpenvSwitchName", FieldKind.OTHER, "Name of the Open vSwitch"),
    ("ovs_link", "OpenvSwitchLink", FieldKind.OTHER, "Interface that links the Open vSwitch to the outside"),
    ("ssh_port", "ndp/ssh_port", FieldKind.NUMBER, "TCP port of the SSH daemon"),
    ("cpu_speed", "ndp/cpu_speed", FieldKind.FLOAT, "CPU speed relative to an ordinary node"),
)


def node_parameter_fields(fill: Callable[[ClusterSnapshot, Row], Params | None], *sources: Source) -> list[Field]:
    """The fields ``ndp/NAME``; *fill* gives a row's parameters in force, None if they cannot be known."""

    def parameter(name: str) -> Callable[[ClusterSnapshot, Row], object]:
        def value_of(snapshot: ClusterSnapshot, row: Row) -> object:
            params = fill(snapshot, row)
            return NODATA if params is None else params.get(name, NODATA)

        return value_of

    return [
        config_field(f"ndp/{name}", title, kind, doc, each_in(parameter(name)), *sources)
        for name, title, kind, doc in _NODE_PARAMETERS
    ]
