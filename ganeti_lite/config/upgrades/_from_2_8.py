"""2.8 → 2.9: nodes and instances stand under their UUIDs, nodes are referred to by them, disk types have one name."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.config._lasting_uuids import lasting_uuid

from ._tree import Object, changed, changed_embedded_disks, members_of, uuids_by_name

_DISK_TYPES: Final[Mapping[Any, str]] = {"lvm": "plain", "drbd8": "drbd"}


def upgrade_from_2_8(config: Object) -> Object:
    """Names of nodes → UUIDs, wherever a node is referred to; ``lvm`` → ``plain``, ``drbd8`` → ``drbd``."""
    uuids = uuids_by_name(config.get("nodes"))

    def refer(name: Any) -> Any:
        return uuids.get(name, name) if isinstance(name, str) else name

    def refer_in(key: str) -> Any:
        return lambda value: {**value, key: refer(value[key])} if key in value else value

    config = changed(config, "cluster", refer_in("master_node"))
    config = changed(config, "instances/*", refer_in("primary_node"))
    config = changed_embedded_disks(config, lambda disk: _rename_type(_refer_to_ends(disk, refer)))
    return {**config, **{table: _key_by_uuid(config[table]) for table in ("nodes", "instances") if table in config}}


def _refer_to_ends(disk: Object, refer: Any) -> Object:
    """A DRBD disk whose first two parts, its nodes, are UUIDs; other disks as they are."""
    logical_id = disk.get("logical_id")
    if disk.get("dev_type") not in ("drbd8", "drbd") or not isinstance(logical_id, list):
        return disk
    return {**disk, "logical_id": [*map(refer, logical_id[:2]), *logical_id[2:]]}


def _rename_type(disk: Object) -> Object:
    old = disk.get("dev_type")
    return {**disk, "dev_type": _DISK_TYPES[old]} if isinstance(old, str) and old in _DISK_TYPES else disk


def _key_by_uuid(table: Any) -> Any:
    """*table* keyed by the members' UUIDs; one without a UUID, or with another's, keeps its key, and is a fault."""
    if not isinstance(table, dict):
        return table
    result: Object = {}
    for key, item in table.items():
        uuid = members_of(item).get("uuid")
        keys = (uuid if isinstance(uuid, str) else key, key, lasting_uuid(key))
        result[next(each for each in keys if each not in result)] = item
    return result
