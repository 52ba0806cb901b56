"""New disks: what is ordered, where they lie, and how nodes make them.

Source: what Ganeti 3.0 does. Only files are made here; other kinds of disks are refused.
"""

from collections.abc import Mapping, Sequence
from os.path import dirname, isabs, join, normpath
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.resources import RandomBytes, new_uuid
from ganeti_lite.masterd.units._effects import CallNodes, Effects, Reserve, Tell
from ganeti_lite.masterd.units._instances import has_exclusive_storage, list_nodes
from ganeti_lite.masterd.units._parameters import NEW_DISK_TYPES, enforce_types
from ganeti_lite.masterd.wire_objects import disk_object
from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Disk, DiskTemplate, Instance
from ganeti_lite.wire.noderpc import RpcFailure

from ._names import read_name

FILE_TEMPLATES: Final[frozenset[str]] = frozenset({"file", "sharedfile"})
"""Templates that instances are made with here, besides ``diskless``."""

MAX_DISKS: Final = 16

_MODES: Final = frozenset({"ro", "rw"})
_USUAL: Final = NEW_DISK_TYPES.keys() - {"dev_type"}
"""What opcodes know of disks: their values have been looked at when they were submitted."""

_UNIT: Final = 1024
_CREATE_TIMEOUT: Final = 900.0
_DIRECTORY_TIMEOUT: Final = 300.0


@frozen
class NewDisk:
    """A disk that is ordered; its size in MiB.

    :ivar spindles: how many physical disks it is to have for itself; None where these are shared.
    """

    size: int
    mode: str
    name: str | None
    template: str
    spindles: int | None = None

    def as_hooks_see_it(self) -> Disk:
        """A disk of which nothing is known but this."""
        return Disk(uuid="", size=self.size, mode=self.mode, name=self.name)


def read_disk(given: Mapping[str, Any], template: str) -> NewDisk:
    """A disk that is ordered, with parameters of the right types.

    :raises OpPrereqError: it cannot be had like this.
    """
    mode = given.get("mode", "rw")
    if mode not in _MODES:
        raise OpPrereqError(f"Invalid disk access mode '{mode}'")
    size = given.get("size")
    if size is None:
        raise OpPrereqError("Missing disk size")
    if given.get("provider") is not None:
        raise OpPrereqError(f"The 'provider' option is only valid for the ext disk template, not {template}")
    return NewDisk(size, mode, read_name(given.get("name")), template, given.get("spindles"))


def check_spindles(spindles: int | None, *, is_exclusive: bool) -> None:
    """Raise OpPrereqError unless an order says how many physical disks it wants just where these are not shared."""
    if spindles is not None and not is_exclusive:
        text = "Spindles in instance disks cannot be specified when exclusive storage is not active"
        raise OpPrereqError(text)
    if spindles is None and is_exclusive:
        raise OpPrereqError("You must specify spindles in instance disks when exclusive storage is active")


def check_wiping(cluster: Cluster, disks: Sequence[object]) -> None:
    """Raise OpPrereqError if new *disks* would have to be wiped, which is not done here yet."""
    if cluster.prealloc_wipe_disks and disks:
        text = "New disks are to be wiped on this cluster (prealloc_wipe_disks), which this job daemon cannot do"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)


def find_directory(cluster: Cluster, template: str, instance: str, below: str | None) -> str | None:
    """The directory of an instance's files; None if the template has none.

    :param below: the directory between the cluster's and the instance's own.
    :raises OpPrereqError: the cluster has none for that template.
    :raises OpExecError: *below* leads out of it.
    """
    if template not in FILE_TEMPLATES:
        return None
    root = cluster.file_storage_dir if template == "file" else cluster.shared_file_storage_dir
    if not root:
        text = f"Cluster file storage dir for '{template}' storage type not defined"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    path = normpath(join(root, below or "", instance))
    if (below is not None and isabs(below)) or not path.startswith(f"{normpath(root)}/"):
        raise OpExecError(f"Error: path joining resulted in different prefix ({path} != {root})")
    return path


def format_size(mebibytes: int) -> str:
    """Such as ``512M`` or ``1.5G``."""
    if mebibytes < _UNIT:
        return f"{mebibytes}M"
    if mebibytes < _UNIT**2:
        return f"{round(mebibytes / _UNIT, 1)}G"
    return f"{round(mebibytes / _UNIT**2, 1)}T"


def lay_out_disks(
    ordered: Sequence[NewDisk], first: int, directory: str, driver: str, node: str, random: RandomBytes
) -> Effects[tuple[Disk, ...]]:
    """The disks as they will be in the configuration.

    :param first: index of the first one; *node* is the UUID of the primary node.
    """
    disks = []
    for index, order in enumerate(ordered, first):
        ((_, prefix),) = yield Reserve(new_uuid(random))
        ((_, uuid),) = yield Reserve(new_uuid(random))
        template: DiskTemplate = "file" if order.template == "file" else "sharedfile"
        yield Tell(f"* disk {index}, size {format_size(order.size)}")
        disks.append(
            Disk(
                uuid=uuid,
                dev_type=template,
                logical_id=(driver, f"{directory}/{prefix}.{template}.disk{index}"),
                size=order.size,
                nodes=(node,) if template == "file" else (),
                iv_name=f"disk/{index}",
                mode=order.mode,
                name=order.name,
                spindles=order.spindles,
            )
        )
    return tuple(disks)


def create_directory(disks: Sequence[Disk], instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Have the primary node make the directory of new disks.

    :raises OpExecError: it does not.
    """
    node = snapshot.nodes[str(instance.primary_node)]
    path = dirname(str(disks[0].logical_id[1]))
    results = yield CallNodes("file_storage_dir_create", {node.uuid: [path]}, _DIRECTORY_TIMEOUT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Failed to create directory '{path}' on node {node.name}: {result.reason}")


def create_devices(disks: Sequence[Disk], instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Have the primary node make what stands behind new disks; if one fails, those before are removed.

    :raises OpExecError: one fails.
    """
    node = snapshot.nodes[str(instance.primary_node)]
    is_exclusive = has_exclusive_storage(list_nodes(instance, snapshot), snapshot)
    for made, disk in enumerate(disks):
        shown = disk_object(snapshot, disk, instance, node.uuid, is_new=True)
        arguments = [shown, disk.size, instance.name, True, f"originstname+{instance.name}", is_exclusive]
        results = yield CallNodes("blockdev_create", {node.uuid: arguments}, _CREATE_TIMEOUT)
        result = results[node.uuid]
        if isinstance(result, RpcFailure):
            for other in reversed(disks[:made]):
                other_shown = disk_object(snapshot, other, instance, node.uuid, is_new=True)
                yield CallNodes("blockdev_remove", {node.uuid: [other_shown]}, _CREATE_TIMEOUT)
            place = f"on node {node.name} for instance {instance.name}"
            raise OpExecError(f"Can't create block device {_name(disk)} {place}: {result.reason}")


def _name(disk: Disk) -> str:
    """A disk as Ganeti's texts show it."""
    where = ", ".join(repr(part) for part in disk.logical_id)
    place = f"visible as /dev/{disk.iv_name}"
    size = f"size={disk.size}m" if disk.spindles is None else f"spindles={disk.spindles}, size={disk.size}m"
    return f"<Disk(type={disk.dev_type}, logical_id=({where}), children=[], {place}, {size})>"


def check_template(template: str, cluster: Cluster) -> None:
    """Raise OpPrereqError unless the cluster has enabled a template, and this daemon can make disks of it."""
    enabled = cluster.enabled_disk_templates
    if template not in enabled:
        text = f"Disk template '{template}' is not enabled in cluster. Enabled disk templates are: {','.join(enabled)}"
        raise OpPrereqError(text, None)
    if template != "diskless" and template not in FILE_TEMPLATES:
        raise OpPrereqError(f"Disk template '{template}' is not supported by this master daemon for new disks")


def check_free_members(given: Mapping[str, Any], op_id: str) -> None:
    """Raise OpPrereqError unless what a disk is ordered with beyond the usual is a number or a text each."""
    for name in given.keys() - _USUAL:
        value = given[name]
        if not (type(value) is int or (isinstance(value, str) and value)):
            raise OpPrereqError(f"Parameter '{op_id}.disks' fails validation")


def enforce_disks(given: Sequence[Mapping[str, Any]], template: str) -> list[dict[str, Any]]:
    """The disks that are ordered, with sizes in MiB, rounded up to multiples of 4.

    :raises TypeEnforcementError: a parameter is not known, or has no such value.
    :raises OpPrereqError: some of them are there already.
    """
    disks = [enforce_types(disk, NEW_DISK_TYPES) for disk in given]
    adopting = ["adopt" in disk for disk in disks]
    if any(adopting) and not all(adopting):
        raise OpPrereqError("Either all disks are adopted or none is")
    if any(adopting):
        raise OpPrereqError(f"Disk adoption is not supported for the '{template}' disk template")
    return disks
