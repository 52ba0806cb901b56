"""Parameters of disk templates, of the cluster and of groups: merged and checked.

Source: what Ganeti 3.0 takes. It looks for instances that cannot have the access mode in the whole cluster, here too
for a group in that group: there it passes by mistake.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import DISKPARAMS
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot, Instance, Params

from ._parameters import DEFAULT_VALUE, DISK_TYPES, enforce_types, override

_KERNEL: Final = "kernelspace"
_ACCESS_MODES: Final = (_KERNEL, "userspace")
_HAVE_ACCESS: Final = frozenset({"rbd", "ext", "gluster"})
"""Disk templates whose disks a guest can reach without the kernel, if its hypervisor is KVM."""


def merge_diskparams(own: Mapping[str, Params], changes: Mapping[str, Any] | None) -> Mapping[str, Params]:
    """The parameters after *changes*, by template; the value ``default`` takes one away.

    :raises OpPrereqError: a template has no such parameter.
    :raises TypeEnforcementError: no template has it, or the value is none.
    """
    changed = {
        name: MappingProxyType(override(own.get(name, EMPTY), enforce_types(values, DISK_TYPES, DEFAULT_VALUE)))
        for name, values in (changes or {}).items()
    }
    merged = {**own, **changed}
    wrong = [
        f"{template}/{name}"
        for template, params in merged.items()
        for name in params
        if name not in DISKPARAMS[template]
    ]
    if wrong:
        raise _refuse(f"Provided option keys not supported: {', '.join(wrong)}")
    return MappingProxyType(merged)


def check_cluster_access(params: Mapping[str, Params]) -> None:
    """The same as :func:`check_access_modes`, as it is said of the cluster's parameters."""
    try:
        check_access_modes(params)
    except OpPrereqError as error:
        raise _refuse(str(error.args[0])) from error


def check_access_modes(params: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise OpPrereqError if a template's access mode is none, be it one that an opcode brings."""
    for template, values in params.items():
        mode = values.get("access", _KERNEL)
        if mode not in (*_ACCESS_MODES, DEFAULT_VALUE):
            expected = ", ".join(_ACCESS_MODES)
            text = f"Invalid value of '{template}:access': '{mode}' (expected one of {expected})"
            raise OpPrereqError(text, None)


def check_access(params: Mapping[str, Params], instances: Iterable[Instance], snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if one of *instances* cannot have its disks by a template's access mode."""
    direct = {name for name in _HAVE_ACCESS if params.get(name, EMPTY).get("access", _KERNEL) != _KERNEL}
    for instance in instances if direct else ():
        found = direct.intersection(str(disk.dev_type) for disk in snapshot.disks_of(instance) or ())
        if found and instance.hypervisor != "kvm":
            template = min(found)
            mode = params[template]["access"]
            text = f"Instance {instance.name}: cannot use '{mode}' access setting with {instance.hypervisor} hypervisor"
            raise OpPrereqError(f"{text} and {template} disk type.", None)


def _refuse(text: str) -> OpPrereqError:
    return OpPrereqError(f"While verify diskparams options: {text}", ErrorCode.WRONG_INPUT)
