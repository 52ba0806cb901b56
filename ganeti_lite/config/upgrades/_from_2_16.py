"""2.16 → 3.0: nothing has another form; what is still missing gets the value that Ganeti 3.0 fills in.

All keys that were merely added between 2.7 and 3.0 are seen to here, except where :mod:`ganeti_lite.snapshot` has the
default itself.
"""

from typing import Any, Final

from ganeti_lite.config._lasting_uuids import lasting_uuid
from ganeti_lite.default_parameters import NICPARAMS

from ._complete_cluster import complete_cluster, split_memory
from ._tree import Object, changed, filled, members_of, without

_FOR_ALL_INSTANCES: Final = ("migration_bandwidth", "migration_mode", "migration_port", "xen_cmd")
"""Hypervisor parameters that an instance cannot have of its own."""

_FOR_WHOLE_GROUPS: Final = ("exclusive_storage",)
"""Node parameters that a single node cannot have."""


def upgrade_from_2_16(config: Object) -> Object:
    """Defaults for all that is missing, UUIDs for NICs, a group for every node; no parameters where none can be."""
    config = complete_cluster(_complete_groups(config))
    config = changed(config, "nodes/*/ndparams", without(_FOR_WHOLE_GROUPS))
    config = changed(config, "instances/*/hvparams", without(_FOR_ALL_INSTANCES))
    config = changed(config, "instances/*/beparams", split_memory)
    config = changed(config, "instances/*", _tell_state)
    result: Object = changed(config, "instances/*", _name_nics)
    return result


def _complete_groups(config: Object) -> Object:
    """Connections of groups with all NIC parameters; one group for all nodes if there is none."""
    config = changed(config, "nodegroups/*/networks/*", filled(NICPARAMS))
    if not config.get("nodegroups"):
        uuid = lasting_uuid(members_of(config.get("cluster")).get("uuid"), "nodegroups", "default")
        config = {**config, "nodegroups": {uuid: {"uuid": uuid, "name": "default", "serial_no": 1}}}
    groups = list(members_of(config["nodegroups"]))
    if len(groups) == 1:
        config = changed(config, "nodes/*", filled({"group": groups[0]}))
    return config


def _tell_state(instance: Object) -> Object:
    """``admin_up``, as it was before 2.6, is a state."""
    if "admin_up" not in instance:
        return instance
    return filled({"admin_state": "up" if instance["admin_up"] else "down"})(without({"admin_up"})(instance))


def _name_nics(instance: Object) -> Object:
    nics = instance.get("nics")
    if not isinstance(nics, list):
        return instance
    uuid = instance.get("uuid")
    return {**instance, "nics": [_name(nic, lasting_uuid(uuid, "nics", index)) for index, nic in enumerate(nics)]}


def _name(nic: Any, uuid: str) -> Any:
    return filled({"uuid": uuid})(nic) if isinstance(nic, dict) else nic
