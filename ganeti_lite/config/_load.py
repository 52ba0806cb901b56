"""Bytes of config.data → :class:`ganeti_lite.snapshot.ClusterSnapshot`, at the cost of what changed.

The file is cut into raw slices, one per object. A slice that equals the last load's keeps the value that was made
from it, so that a reload after one changed instance builds one instance, and unchanged tables (with all that has
been derived from them) are carried into the next snapshot as they are. A file of an older version is upgraded first.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from attrs import frozen

from ganeti_lite.snapshot import EMPTY, Cluster, ClusterSnapshot, Json, Params

from ._containers import MemberError, structure_json
from ._faults import ConfigFormatError, Fault
from ._objects import Findings, build_object
from ._older import upgrade_file
from ._scalars import structure_integer, structure_number
from ._slices import Slice, Slices, decode, split
from ._tables import TABLES, LoadedTable, load_table
from ._version import check_version, is_older

_SCALARS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "version": structure_integer,
    "serial_no": structure_integer,
    "ctime": structure_number,
    "mtime": structure_number,
}
_REQUIRED: Final = ("version", "serial_no", "cluster", "nodes", "nodegroups", "instances")
_EMPTY: Final = Slice(b"{}")
_NULL: Final = Slice(b"null")


@frozen(eq=False)
class LoadedConfig:
    """A snapshot with what the next load needs to share with it.

    :ivar snapshot: the configuration.
    :ivar unknown_keys: keys that this project has no name for and that no earlier load has met, as patterns such as
        ``instances/*/KEY``; sorted.
    :ivar seen_unknown_keys: all of them that this load and those before it have met.
    :ivar cluster_data: the bytes that the cluster object was made from.
    :ivar tables: the tables as they were loaded, by name.
    """

    snapshot: ClusterSnapshot
    unknown_keys: tuple[str, ...]
    seen_unknown_keys: frozenset[str]
    cluster_data: Slice
    tables: Mapping[str, LoadedTable]


def parse_config(data: bytes) -> ClusterSnapshot:
    """The snapshot that *data* (a whole config.data) describes; raises :class:`ConfigFormatError`."""
    return load_config(data).snapshot


def read_version(data: bytes) -> int | None:
    """The format version that a whole config.data has; None if it does not say.

    :raises ConfigFormatError: it is no JSON object.
    """
    version: int | None = _read_scalars(split(data), Findings()).get("version")
    return version


def load_config(data: bytes, previous: LoadedConfig | None = None) -> LoadedConfig:
    """Load *data*, sharing with *previous* all that did not change; raises :class:`ConfigFormatError`."""
    members = split(data)
    version = _read_scalars(members, Findings()).get("version")
    if version is None or not is_older(version):
        return _load_members(members, previous)
    older = upgrade_file(data, version)
    try:
        return _load_members(older.slices(), previous)
    except ConfigFormatError as error:
        raise older.relocate(error) from error


def _load_members(members: Slices, previous: LoadedConfig | None) -> LoadedConfig:
    """The same for the members of a configuration in today's form."""
    top = {name: value for name, value in members.items() if value != _NULL}
    findings = Findings()
    scalars = _read_scalars(top, findings)
    if "version" in scalars:
        check_version(scalars["version"])
    cluster_data, cluster = _load_cluster(top.get("cluster", _NULL), previous, findings)
    old: Mapping[str, LoadedTable] = {} if previous is None else previous.tables
    tables = {name: load_table(name, top.get(name, _EMPTY), old.get(name), findings) for name in TABLES}
    unknown = _load_unknown(members, top, findings)
    _check_top(top, findings)
    objects = {name: table.objects for name, table in tables.items()}
    seen = frozenset[str]() if previous is None else previous.seen_unknown_keys
    return LoadedConfig(
        ClusterSnapshot(cluster=cluster, **scalars, **objects, unknown=unknown),
        unknown_keys=tuple(sorted(findings.unknown - seen)),
        seen_unknown_keys=seen | findings.unknown,
        cluster_data=cluster_data,
        tables=tables,
    )


def _read_scalars(top: Slices, findings: Findings) -> dict[str, Any]:
    """The top level's numbers, as far as they are there and right."""
    scalars = {}
    for name, hook in _SCALARS.items():
        if name not in top:
            continue
        try:
            scalars[name] = hook(decode(top[name], (name,)), None)
        except ConfigFormatError as error:
            findings.faults.extend(error.faults)
        except ValueError as error:
            findings.faults.append(Fault(name, str(error)))
    return scalars


def _load_cluster(data: Slice, previous: LoadedConfig | None, findings: Findings) -> tuple[Slice, Any]:
    if data == _NULL:
        return data, None
    if previous is not None and previous.cluster_data == data:
        return previous.cluster_data, previous.snapshot.cluster
    return data.copy(), build_object(Cluster, data, ("cluster",), findings)


def _load_unknown(members: Slices, top: Slices, findings: Findings) -> Params:
    """The top level's members that this project has no name for, sorted by key, which is noted in *findings*."""
    unknown: dict[str, Json] = {}
    for name in sorted(members.keys() - TABLES.keys() - _SCALARS.keys() - {"cluster"}):
        findings.unknown.add(name)
        try:
            if name in top:
                unknown[name] = structure_json(decode(top[name], (name,)), None)
        except ConfigFormatError as error:
            findings.faults.extend(error.faults)
        except MemberError as error:
            findings.faults.extend(Fault("/".join((name, *steps)), message) for steps, message in error.complaints)
        except ValueError as error:
            findings.faults.append(Fault(name, str(error)))
    return MappingProxyType(unknown) if unknown else EMPTY


def _check_top(top: Slices, findings: Findings) -> None:
    """Raise ConfigFormatError for missing members and for whatever *findings* has."""
    faults = [*findings.faults, *(Fault(name, "is missing") for name in _REQUIRED if name not in top)]
    if faults:
        order = {name: position for position, name in enumerate(top)}
        faults.sort(key=lambda fault: order.get(fault.path.partition("/")[0], len(order)))
        raise ConfigFormatError(faults)
