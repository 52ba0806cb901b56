"""What an allocator is asked for."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import Instance

from ._cluster import find_space


@frozen
class Allocation:
    """A node for a new instance.

    :ivar instance: as it will be, but for its node; its NICs' addresses may still be to be chosen.
    :ivar beparams: those in force.
    :ivar disks: ``size`` (MiB), ``mode``, ``name``, ``vg`` of each.
    :ivar group: name or UUID of the group that it is to be in; None if that does not matter.
    :ivar nodes: names of those that are to be chosen from; None for all.
    """

    instance: Instance
    beparams: Mapping[str, Any]
    template: str
    disks: tuple[Mapping[str, Any], ...]
    group: str | None = None
    nodes: tuple[str, ...] | None = None

    def encode(self) -> dict[str, Any]:
        """The request as the protocol has it."""
        instance = self.instance
        return {
            "name": instance.name,
            "disk_template": self.template,
            "group_name": self.group,
            "tags": list(instance.tags),
            "os": instance.os,
            "vcpus": self.beparams.get("vcpus"),
            "memory": self.beparams.get("maxmem"),
            "spindle_use": self.beparams.get("spindle_use"),
            "disks": [{**disk, "dev_type": self.template} for disk in self.disks],
            "disk_space_total": sum(find_space(self.template, disk["size"]) for disk in self.disks),
            "nics": [plain_object(nic) for nic in instance.nics],
            "required_nodes": self.required_nodes,
            "hypervisor": instance.hypervisor,
            "type": "allocate",
            **({} if self.nodes is None else {"restrict-to-nodes": list(self.nodes)}),
        }

    @property
    def required_nodes(self) -> int:
        """How many nodes it needs."""
        return 2 if self.template == "drbd" else 1
