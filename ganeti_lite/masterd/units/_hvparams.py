"""Parameters of hypervisors: their syntax, and whether nodes can do with them.

Source: what Ganeti 3.0 takes on the master, without asking anybody; what only concerns several parameters at once is
left to the nodes.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import HypervisorError, OpExecError
from ganeti_lite.snapshot import ClusterSnapshot, Params
from ganeti_lite.wire.noderpc import RpcFailure

from ._answers import NORMAL
from ._cpu_syntax import is_cpu_mask
from ._effects import OFFLINE_REASON, CallNodes, Effects

_PATHS: Final = frozenset(
    [
        "bootloader_path",
        "cdrom_image_path",
        "cdrom2_image_path",
        "device_model",
        "floppy_image_path",
        "init_script",
        "initrd_path",
        "kernel_path",
        "kvm_path",
        "mem_path",
        "spice_password_file",
        "vif_script",
        "vnc_password_file",
        "vnc_x509_path",
    ]
)
_URLS: Final = frozenset({("kvm", "cdrom_image_path"), ("kvm", "cdrom2_image_path")})
"""What may be a URL as well as a path."""

_NATURAL: Final = frozenset(
    [
        "cpu_cores",
        "cpu_sockets",
        "cpu_threads",
        "cpu_cap",
        "migration_bandwidth",
        "migration_downtime",
        "num_ttys",
        "startup_timeout",
    ]
)

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kvm": {
        "spice_image_compression": "auto_glz auto_lz quic glz lz off",
        "spice_jpeg_wan_compression": "auto never always",
        "spice_zlib_glz_wan_compression": "auto never always",
        "spice_streaming_video": "off all filter",
        "boot_order": "cdrom disk floppy network",
        "nic_type": "e1000 i82551 i82557b i82559er ne2k_isa ne2k_pci paravirtual pcnet rtl8139",
        "disk_type": "ide mtd paravirtual pflash scsi scsi-block scsi-cd scsi-generic scsi-hd sd",
        "cdrom_disk_type": "ide mtd paravirtual pflash scsi scsi-block scsi-cd scsi-generic scsi-hd sd",
        "scsi_controller_type": "lsi megasas virtio-scsi-pci",
        "disk_discard": "default ignore unmap",
        "usb_mouse": "mouse tablet",
        "migration_mode": "live non-live",
        "disk_cache": "default none writeback writethrough",
        "disk_aio": "native threads",
        "security_model": "none pool user",
        "kvm_flag": "disabled enabled",
        "reboot_behavior": "exit reboot",
    },
    "xen-hvm": {
        "disk_type": "ioemu paravirtual",
        "nic_type": "e1000 ne2k_isa ne2k_pci paravirtual rtl8139",
        "migration_mode": "live non-live",
        "reboot_behavior": "exit reboot",
        "vif_type": "ioemu vif",
        "xen_cmd": "xl xm",
    },
    "xen-pvm": {"migration_mode": "live non-live", "reboot_behavior": "exit reboot", "xen_cmd": "xl xm"},
    "fake": {"migration_mode": "live non-live"},
}

_REQUIRED: Final[Mapping[str, str]] = {
    "kvm": (
        "kvm_path boot_order nic_type disk_type scsi_controller_type migration_port migration_bandwidth"
        " migration_downtime migration_mode disk_cache security_model reboot_behavior"
    ),
    "xen-hvm": (
        "boot_order disk_type nic_type kernel_path device_model vnc_password_file migration_port migration_mode"
        " reboot_behavior xen_cmd"
    ),
    "xen-pvm": "kernel_path migration_port migration_mode reboot_behavior xen_cmd",
    "chroot": "init_script",
    "lxc": "num_ttys",
    "fake": "migration_mode",
}

_URL: Final = re.compile(r"(?:https?|ftps?)://\S+")
_HIGHEST_PORT: Final = 65535


def check_hvparams(hypervisor: str, params: Mapping[str, Any]) -> None:
    """Raise HypervisorError unless these are all parameters of a hypervisor, each with a value that can be."""
    known = _find_known(hypervisor)
    for name in params:
        if name not in known:
            raise HypervisorError(f"Parameter '{name}' is not supported")
    required = _REQUIRED[hypervisor].split()
    for name in known:
        if name not in params:
            raise HypervisorError(f"Parameter '{name}' is missing")
        value = params[name]
        if value is None or value == "":
            if name in required:
                raise HypervisorError(f"Parameter '{name}' is required but is currently not defined")
            continue
        if (problem := _find_problem(hypervisor, name, value)) is not None:
            text = f"Parameter '{name}' fails syntax check: {problem} (current value: '{value}')"
            raise HypervisorError(text)


def _find_known(hypervisor: str) -> Params:
    """A hypervisor's parameters, with Ganeti's defaults."""
    if hypervisor not in HVPARAMS:
        raise HypervisorError(f"Unknown hypervisor type '{hypervisor}'")
    return HVPARAMS[hypervisor]


def _find_problem(hypervisor: str, name: str, value: Any) -> str | None:
    """What is wrong with a value; None if nothing is."""
    words = _WORDS.get(hypervisor, {}).get(name)
    if words is not None and value not in words.split():
        return f"The value must be one of: {', '.join(words.split())}"
    if (hypervisor, name) in _URLS and isinstance(value, str) and _URL.fullmatch(value):
        return None
    if name in _PATHS and not _is_normal_path(value):
        return "must be an absolute normalized path"
    if name in _NATURAL and value < 0:
        return "cannot be negative"
    if name == "cpu_mask" and not is_cpu_mask(value):
        return "must be a list of CPUs, such as 0-2,5, or several of them with colons in between"
    if name == "migration_port" and not 0 < value < _HIGHEST_PORT:
        return "invalid port number"
    return None


def _is_normal_path(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("/"):
        return False
    return not {"", ".", ".."}.intersection(value[1:].split("/")) or value == "/"


def is_image(place: str) -> bool:
    """Whether an image can be had from there: by an absolute path, or a URL."""
    return place.startswith("/") or _URL.fullmatch(place) is not None


def ask_hvparams(hypervisor: str, params: Params, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    """Ask those of the *nodes* that can have instances whether they can do with a hypervisor's parameters.

    :raises OpExecError: one cannot.
    """
    filled = {**snapshot.cluster.hvparams.get(hypervisor, {}), **params}
    asked = [uuid for uuid in nodes if uuid in snapshot.nodes and snapshot.nodes[uuid].vm_capable]
    if not asked:
        return
    results = yield CallNodes("hypervisor_validate_params", {uuid: [hypervisor, filled] for uuid in asked}, NORMAL)
    for uuid in asked:
        result = results[uuid]
        if isinstance(result, RpcFailure) and result.reason != OFFLINE_REASON:
            text = f"Hypervisor parameter validation failed on node {snapshot.nodes[uuid].name}"
            raise OpExecError(f"{text}: {result.reason}")
