"""Fields of the cluster as a whole, of which a query has one row."""

from typing import Final

from ganeti_lite.constants import (
    CONFIG_VERSION,
    EXPORT_VERSION,
    OS_API_VERSION,
    PROTOCOL_VERSION,
    SOFTWARE_VERSION,
    FieldKind,
)
from ganeti_lite.query.cluster_state import ClusterState
from ganeti_lite.query.times import round_time
from ganeti_lite.query.values import NODATA, NULL, UNAVAIL
from ganeti_lite.snapshot import ClusterSnapshot

from ._field import Rule, attribute, config_field, each_in, index_fields


def _constant(value: object) -> Rule:
    return lambda _, rows: [value] * len(rows)


def _stored(name: str) -> Rule:
    """An attribute of the cluster object."""

    def value(snapshot: ClusterSnapshot, _: ClusterState) -> object:
        found = getattr(snapshot.cluster, name)
        return NULL if found is None else found

    return each_in(value)


def _time(name: str) -> Rule:
    def value(snapshot: ClusterSnapshot, _: ClusterState) -> object:
        seconds: float = getattr(snapshot.cluster, name)
        return round_time(seconds) if seconds else UNAVAIL

    return each_in(value)


def _master_name(snapshot: ClusterSnapshot, _: ClusterState) -> object:
    return NODATA if snapshot.master is None else snapshot.master.name


CLUSTER_FIELDS: Final = index_fields(
    (
        config_field("cluster_name", "Name", FieldKind.TEXT, "Its name", _stored("cluster_name"), is_hostname=True),
        config_field(
            "master_node", "Master", FieldKind.TEXT, "Its master node", each_in(_master_name), is_hostname=True
        ),
        config_field(
            "volume_group_name", "VgName", FieldKind.TEXT, "LVM volume group of its disks", _stored("volume_group_name")
        ),
        config_field("tags", "Tags", FieldKind.OTHER, "Its tags, sorted", _stored("tags")),
        config_field(
            "architecture",
            "ArchInfo",
            FieldKind.OTHER,
            "Word size and kind of the answering machine's processor",
            attribute("architecture"),
        ),
        config_field(
            "drain_flag", "QueueDrained", FieldKind.BOOL, "Whether the queue takes no new jobs", attribute("is_drained")
        ),
        config_field(
            "watcher_pause",
            "WatcherPause",
            FieldKind.TIMESTAMP,
            "Until when the watcher pauses",
            attribute("watcher_pause", UNAVAIL),
        ),
        config_field(
            "software_version",
            "SoftwareVersion",
            FieldKind.TEXT,
            "The release of Ganeti that is followed",
            _constant(SOFTWARE_VERSION),
        ),
        config_field(
            "protocol_version",
            "ProtocolVersion",
            FieldKind.NUMBER,
            "Version of what daemons say to each other",
            _constant(PROTOCOL_VERSION),
        ),
        config_field(
            "config_version",
            "ConfigVersion",
            FieldKind.NUMBER,
            "Version of the configuration's format",
            _constant(CONFIG_VERSION),
        ),
        config_field(
            "os_api_version",
            "OsApiVersion",
            FieldKind.NUMBER,
            "Newest interface of operating systems",
            _constant(OS_API_VERSION),
        ),
        config_field(
            "export_version", "ExportVersion", FieldKind.NUMBER, "Version of exports' format", _constant(EXPORT_VERSION)
        ),
        config_field("vcs_version", "VCSVersion", FieldKind.TEXT, "Build of the answering program", attribute("build")),
        config_field("ctime", "CTime", FieldKind.TIMESTAMP, "When it was created", _time("ctime")),
        config_field("mtime", "MTime", FieldKind.TIMESTAMP, "When it was last changed", _time("mtime")),
    ),
    aliases=[("name", "cluster_name")],
)
