"""2.11 → 2.12: disks have a table of their own, and instances refer to them."""

from typing import Any

from ganeti_lite.config._lasting_uuids import lasting_uuid

from ._tree import Object, filled, members_of


def upgrade_from_2_11(config: Object) -> Object:
    """Disks move from their instances to ``disks``, with the instance's time of creation as their own.

    A disk without a UUID, as files of 2.7 have them, gets a lasting one.
    """
    instances, disks = config.get("instances"), config.get("disks")
    if not isinstance(instances, dict) or not (disks is None or isinstance(disks, dict)):
        return config
    lifted: Object = dict(disks or {})
    kept = {key: _lift_disks(key, instance, lifted) for key, instance in instances.items()}
    return {**config, "instances": kept, "disks": lifted}


def _lift_disks(key: str, instance: Any, lifted: Object) -> Any:
    """*instance* with the UUIDs of its disks, which are added to *lifted*."""
    disks = members_of(instance).get("disks")
    if not isinstance(disks, list):
        return instance
    return {**instance, "disks": [_lift(disk, index, key, instance, lifted) for index, disk in enumerate(disks)]}


def _lift(disk: Any, index: int, key: str, instance: Object, lifted: Object) -> Any:
    """What the instance has in place of *disk*. One that bears another's UUID goes elsewhere, and is a fault there."""
    if not isinstance(disk, dict):
        return disk
    own = lasting_uuid(instance.get("uuid") or key, "disks", index)
    ctime = instance.get("ctime") or 0
    disk = filled({"uuid": own, "serial_no": 1, "ctime": ctime, "mtime": ctime})(disk)
    uuid = disk["uuid"] if isinstance(disk["uuid"], str) and disk["uuid"] not in lifted else own
    lifted[uuid] = {**disk, "iv_name": f"disk/{index}"}
    return uuid
