"""What must hold before the cluster's kinds of storage change: templates, the volume group, DRBD, directories."""

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._answers import URGENT
from ganeti_lite.masterd.units._effects import CallNodes, Effects, info, warning
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Disk
from ganeti_lite.wire.noderpc import RpcFailure

_LVM: Final = frozenset({"plain", "drbd"})
_SMALLEST_GROUP: Final = 20480
"""MiB of a volume group."""

DIRECTORIES: Final[Mapping[str, str]] = {
    "file_storage_dir": "file",
    "shared_file_storage_dir": "sharedfile",
    "gluster_storage_dir": "gluster",
}
"""Where disks are, by the template that has them there."""


@frozen
class Templates:
    """Disk templates before and after a change."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @classmethod
    def of(cls, order: Order, snapshot: ClusterSnapshot) -> "Templates":
        """As an order has it; an empty list changes nothing."""
        before = snapshot.cluster.enabled_disk_templates
        return cls(before, tuple(order["enabled_disk_templates"] or before))

    @property
    def disabled(self) -> list[str]:
        """Those that are enabled no longer."""
        return [name for name in self.before if name not in self.after]


def check_storage(order: Order, templates: Templates, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless storage can change as is ordered.

    :raises OpPrereqError: it cannot.
    """
    for template in templates.disabled:
        _check_unused(template, snapshot)
    nodes = [node.uuid for node in snapshot.nodes.ordered if node.vm_capable]
    yield from _check_group(order, templates, nodes, snapshot)
    for name, template in DIRECTORIES.items():
        yield from _check_directory(order[name], template, templates)
    yield from _check_helper(order, templates, nodes, snapshot)


def _check_unused(template: str, snapshot: ClusterSnapshot) -> None:
    disks = [disk for disk in snapshot.disks.values() if disk.dev_type == template]
    if disks:
        uses = "".join(f"\n * {_describe(disk, snapshot)}" for disk in disks)
        text = f"Cannot disable disk template '{template}', because there is at least one disk using it:{uses}"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    for instance in snapshot.instances.values() if template == "diskless" else ():
        if not instance.disks:
            text = "Cannot disable disk template 'diskless', because there is at least one instance using it:"
            raise OpPrereqError(f"{text}\n * {instance.name}", ErrorCode.WRONG_STATE)


def _describe(disk: Disk, snapshot: ClusterSnapshot) -> str:
    owners = [f"on {item.name}" for item in snapshot.instances_by_disk.get(disk.uuid, ())]
    return f"{disk.name or disk.uuid} ({', '.join(owners) or 'detached'})"


def _check_group(order: Order, templates: Templates, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    wanted, has_lvm = order["vg_name"], not _LVM.isdisjoint(templates.after)
    if wanted == "" and has_lvm:
        raise OpPrereqError("Cannot unset volume group if lvm-based disk templates are or get enabled.")
    if wanted is None and snapshot.cluster.volume_group_name is None and has_lvm:
        raise OpPrereqError("Please specify a volume group when enabling lvm-based disk-templates.")
    if wanted == "" and any(disk.dev_type == "plain" for disk in snapshot.disks.values()):
        raise OpPrereqError("Cannot disable lvm storage while lvm-based instances exist")
    if not wanted or not has_lvm:
        return
    results = yield CallNodes("vg_list", {uuid: [] for uuid in nodes}, URGENT)
    for uuid, result in results.items():
        name = snapshot.nodes[uuid].name
        if isinstance(result, RpcFailure):
            yield warning(f"Error while gathering data on node {name} (ignoring node): {result.reason}")
        elif (problem := _judge_group(wanted, result.payload)) is not None:
            raise OpPrereqError(f"Error on node '{name}': {problem}", ErrorCode.ENVIRONMENT)


def _judge_group(name: str, sizes: object) -> str | None:
    """What is wrong with the volume group on a node that has told the *sizes* (MiB) of its own."""
    size = sizes.get(name) if isinstance(sizes, Mapping) else None
    if size is None:
        return f"volume group '{name}' missing"
    if size < _SMALLEST_GROUP:
        return f"volume group '{name}' too small ({_SMALLEST_GROUP} MiB required, {int(size)} MiB found)"
    return None


def _check_directory(path: str | None, template: str, templates: Templates) -> Effects[None]:
    if path is None:
        return
    is_enabled = template in templates.after
    if not path and is_enabled:
        text = f"Unsetting the '{template}' storage directory while having '{template}' storage enabled"
        raise OpPrereqError(f"{text} is not permitted.")
    if path and not is_enabled:
        yield warning(f"Specified a {template} storage directory, although {template} storage is not enabled.")


def _check_helper(order: Order, templates: Templates, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    """The program that DRBD calls must be the same on all nodes."""
    wanted, current = order["drbd_helper"], snapshot.cluster.drbd_usermode_helper
    is_enabled = "drbd" in templates.after
    if wanted == "" and is_enabled:
        raise OpPrereqError("Cannot disable drbd helper while DRBD is enabled.", ErrorCode.WRONG_STATE)
    if wanted == "" and any(disk.dev_type == "drbd" for disk in snapshot.disks.values()):
        raise OpPrereqError("Cannot disable drbd helper while drbd-based instances exist")
    if wanted and is_enabled:
        yield from _compare_helpers(wanted, nodes, snapshot)
    elif is_enabled and "drbd" not in templates.before:
        if current is None:
            raise OpPrereqError("Cannot enable DRBD without a DRBD usermode helper set.", ErrorCode.WRONG_STATE)
        yield from _compare_helpers(current, nodes, snapshot)


def _compare_helpers(helper: str, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    results = yield CallNodes("drbd_helper", {uuid: [] for uuid in nodes}, URGENT)
    for uuid, result in results.items():
        node = snapshot.nodes[uuid]
        if node.offline:
            yield info(f"Not checking drbd helper on offline node {node.name}")
        elif isinstance(result, RpcFailure):
            text = f"Error checking drbd helper on node '{node.name}': {result.reason}"
            raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
        elif result.payload != helper:
            text = f"Error on node '{node.name}': drbd helper is {result.payload}"
            raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
