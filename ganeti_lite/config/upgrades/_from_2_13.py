"""2.13 → 2.14: each disk tells the nodes that can reach it, and an instance's template follows from its disks."""

from collections.abc import Iterator
from typing import Any, Final

from ._tree import Object, changed, changed_disk, filled, items_of, members_of, without

_ON_ONE_NODE: Final = ("plain", "file")


def upgrade_from_2_13(config: Object) -> Object:
    """Disks get ``nodes``: DRBD the primary and both ends, plain and file the primary; others are reached by all.

    The file disks of an instance whose template is ``sharedfile`` get that type, before the template goes. Disks below
    others get the times of the disk that they are part of.
    """
    disks = config.get("disks")
    if isinstance(disks, dict):
        config = {**config, "disks": {**disks, **_changed_disks(config, disks)}}
    config = changed(config, "disks/*", _date_children)
    result: Object = changed(config, "instances/*", without({"disk_template"}))
    return result


def _changed_disks(config: Object, disks: Object) -> Object:
    """The disks that instances have, with their types and nodes."""
    changes: Object = {}
    for instance in members_of(config.get("instances")).values():
        for uuid in items_of(members_of(instance).get("disks")):
            if isinstance(uuid, str) and isinstance(disks.get(uuid), dict):
                disk = _tell_shared(disks[uuid], instance)
                changes[uuid] = _tell_nodes(disk, instance.get("primary_node"))
    return changes


def _tell_shared(disk: Object, instance: Object) -> Object:
    is_shared = instance.get("disk_template") == "sharedfile" and disk.get("dev_type") == "file"
    return {**disk, "dev_type": "sharedfile"} if is_shared else disk


def _tell_nodes(disk: Object, primary: Any) -> Object:
    own = [primary] if isinstance(primary, str) else []
    if disk.get("dev_type") == "drbd":
        result: Object = changed_disk(disk, filled({"nodes": list(dict.fromkeys([*own, *_list_ends(disk)]))}))
        return result
    return filled({"nodes": own if disk.get("dev_type") in _ON_ONE_NODE else []})(disk)


def _list_ends(disk: Object) -> Iterator[str]:
    """The nodes of a DRBD disk and of those below it."""
    if disk.get("dev_type") == "drbd":
        yield from (node for node in items_of(disk.get("logical_id"))[:2] if isinstance(node, str))
    for child in items_of(disk.get("children")):
        yield from _list_ends(members_of(child))


def _date_children(disk: Object) -> Object:
    dated = filled({"serial_no": 1, "ctime": disk.get("ctime") or 0, "mtime": disk.get("mtime") or 0})
    result: Object = changed_disk(disk, dated)
    return result
