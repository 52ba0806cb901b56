"""The syntax of hypervisors' parameters: which must be set, and what each can be.

Source: what Ganeti 3.0 takes on the master, without asking anybody.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from ._addresses import is_ipv4
from ._cpu_syntax import is_cpu_mask

_URL: Final = re.compile(r"(?:https?|ftps?)://\S+")


@frozen
class Rule:
    """What a parameter can be.

    :ivar allows: whether that is such a value; one that is neither null nor empty.
    :ivar problem: what to say if it is not.
    """

    allows: Callable[[Any], bool]
    problem: str


def is_image(place: str) -> bool:
    """Whether an image can be had from there: by an absolute path, or a URL."""
    return place.startswith("/") or _is_url(place)


def _is_url(place: str) -> bool:
    return _URL.fullmatch(place) is not None


def _is_normal_path(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("/"):
        return False
    return not {"", ".", ".."}.intersection(value[1:].split("/")) or value == "/"


def _one_of(words: str) -> Rule:
    known = words.split()
    return Rule(known.__contains__, f"The value must be one of: {', '.join(known)}")


def _number_in(numbers: Sequence[int]) -> Rule:
    is_range = isinstance(numbers, range)
    shown = f"from {numbers[0]} to {numbers[-1]}" if is_range else f"that is one of {', '.join(map(str, numbers))}"
    return Rule(numbers.__contains__, f"must be a number {shown}")


_PATH: Final = Rule(_is_normal_path, "must be an absolute normalized path")
_PATH_OR_URL: Final = Rule(
    lambda value: _is_normal_path(value) or _is_url(value), "must be an absolute normalized path or a URL"
)
_NATURAL: Final = Rule(lambda value: bool(value >= 0), "cannot be negative")
_PORT: Final = Rule(lambda value: 0 < value < 65535, "invalid port number")
_CPU_MASK: Final = Rule(is_cpu_mask, "must be a list of CPUs, such as 0-2,5, or several of them with colons in between")
_SINGLE_CPU_MASK: Final = Rule(
    lambda value: is_cpu_mask(value, is_single=True), "must be a list of CPUs, such as 0-2,5"
)
_DISK_TYPE: Final = _one_of("ide mtd paravirtual pflash scsi scsi-block scsi-cd scsi-generic scsi-hd sd")
_MIGRATION_MODE: Final = _one_of("live non-live")
_REBOOT_BEHAVIOR: Final = _one_of("exit reboot")
_XEN_COMMAND: Final = _one_of("xl xm")

RULES: Final[Mapping[str, Mapping[str, Rule]]] = {
    "kvm": {
        "boot_order": _one_of("cdrom disk floppy network"),
        "cdrom_disk_type": _DISK_TYPE,
        "cdrom_image_path": _PATH_OR_URL,
        "cdrom2_image_path": _PATH_OR_URL,
        "cpu_cores": _NATURAL,
        "cpu_mask": _CPU_MASK,
        "cpu_sockets": _NATURAL,
        "cpu_threads": _NATURAL,
        "disk_aio": _one_of("native threads"),
        "disk_cache": _one_of("default none writeback writethrough"),
        "disk_discard": _one_of("default ignore unmap"),
        "disk_type": _DISK_TYPE,
        "floppy_image_path": _PATH,
        "initrd_path": _PATH,
        "kernel_path": _PATH,
        "kvm_flag": _one_of("disabled enabled"),
        "kvm_path": _PATH,
        "kvm_pci_reservations": _number_in(range(33)),
        "mem_path": _PATH,
        "migration_bandwidth": _NATURAL,
        "migration_downtime": _NATURAL,
        "migration_mode": _MIGRATION_MODE,
        "migration_port": _PORT,
        "nic_type": _one_of("e1000 i82551 i82557b i82559er ne2k_isa ne2k_pci paravirtual pcnet rtl8139"),
        "reboot_behavior": _REBOOT_BEHAVIOR,
        "scsi_controller_type": _one_of("lsi megasas virtio-scsi-pci"),
        "security_model": _one_of("none pool user"),
        "spice_image_compression": _one_of("auto_glz auto_lz quic glz lz off"),
        "spice_ip_version": _number_in((0, 4, 6)),
        "spice_jpeg_wan_compression": _one_of("auto never always"),
        "spice_password_file": _PATH,
        "spice_streaming_video": _one_of("off all filter"),
        "spice_zlib_glz_wan_compression": _one_of("auto never always"),
        "usb_mouse": _one_of("mouse tablet"),
        "virtio_net_queues": _number_in(range(1, 9)),
        "vnc_password_file": _PATH,
        "vnc_x509_path": _PATH,
    },
    "xen-hvm": {
        "boot_order": Rule(lambda value: not value.strip("acdn"), "must be one or more of the letters a, c, d, n"),
        "cdrom_image_path": _PATH,
        "cpu_mask": _CPU_MASK,
        "cpu_weight": _number_in(range(1, 65535)),
        "device_model": _PATH,
        "disk_type": _one_of("ioemu paravirtual"),
        "kernel_path": _PATH,
        "migration_mode": _MIGRATION_MODE,
        "migration_port": _PORT,
        "nic_type": _one_of("e1000 ne2k_isa ne2k_pci paravirtual rtl8139"),
        "reboot_behavior": _REBOOT_BEHAVIOR,
        "vif_script": _PATH,
        "vif_type": _one_of("ioemu vif"),
        "vnc_bind_address": Rule(is_ipv4, "must be an IPv4 address"),
        "vnc_password_file": _PATH,
        "xen_cmd": _XEN_COMMAND,
    },
    "xen-pvm": {
        "bootloader_path": _PATH,
        "cpu_cap": _NATURAL,
        "cpu_mask": _CPU_MASK,
        "cpu_weight": _number_in(range(1, 65536)),
        "initrd_path": _PATH,
        "kernel_path": _PATH,
        "migration_mode": _MIGRATION_MODE,
        "migration_port": _PORT,
        "reboot_behavior": _REBOOT_BEHAVIOR,
        "vif_script": _PATH,
        "xen_cmd": _XEN_COMMAND,
    },
    "chroot": {"init_script": _PATH},
    "lxc": {"cpu_mask": _SINGLE_CPU_MASK, "num_ttys": _NATURAL, "startup_timeout": _NATURAL},
    "fake": {"migration_mode": _MIGRATION_MODE},
}
"""By hypervisor and parameter; one that is not here can have any value of its type."""

REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "kvm": frozenset(
        [
            *("boot_order", "disk_cache", "disk_type", "kvm_path", "migration_bandwidth", "migration_downtime"),
            *("migration_mode", "migration_port", "nic_type", "reboot_behavior", "scsi_controller_type"),
            "security_model",
        ]
    ),
    "xen-hvm": frozenset(
        [
            *("boot_order", "device_model", "disk_type", "kernel_path", "migration_mode", "migration_port"),
            *("nic_type", "reboot_behavior", "vnc_password_file", "xen_cmd"),
        ]
    ),
    "xen-pvm": frozenset(["kernel_path", "migration_mode", "migration_port", "reboot_behavior", "xen_cmd"]),
    "chroot": frozenset(["init_script"]),
    "lxc": frozenset(["num_ttys"]),
    "fake": frozenset(["migration_mode"]),
}
"""By hypervisor, the parameters that must be set."""
