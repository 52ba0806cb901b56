"""Instance fields about parameters: hypervisor (``hv/*``), backend (``be/*``) and operating system.

The names under ``hv/`` are those of all hypervisors of Ganeti 3.0, less those that only make sense for the whole
cluster; a parameter that an instance's hypervisor does not have is unavailable.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import (
    BE_PARAMETERS,
    EMPTY,
    ClusterSnapshot,
    Instance,
    Params,
    default_hvparams,
    fill_beparams,
    fill_free,
    fill_osparams,
    fill_typed,
    without_globals,
)

from ._field import Rule, Source, attribute, config_field, each, each_in

_HV_KINDS: Final = {
    FieldKind.BOOL: (
        "acpi pae serial_console spice_playback_compression spice_use_tls spice_use_vdagent use_bootloader use_chroot"
        " use_guest_agent use_localtime user_shutdown vhost_net viridian vnc_tls vnc_x509_verify vnet_hdr"
    ),
    FieldKind.NUMBER: (
        "cpu_cap cpu_cores cpu_sockets cpu_threads cpu_weight kvm_pci_reservations migration_downtime num_ttys"
        " serial_speed spice_ip_version startup_timeout virtio_net_queues"
    ),
    FieldKind.OTHER: (
        "blockdev_prefix boot_order bootloader_args bootloader_path cdrom2_image_path cdrom_disk_type cdrom_image_path"
        " cpu_mask cpu_type cpuid device_model devices disk_aio disk_cache disk_discard disk_type drop_capabilities"
        " extra_cgroups extra_config floppy_image_path init_script initrd_path kernel_args kernel_path keymap kvm_extra"
        " kvm_flag kvm_path machine_version mem_path migration_caps nic_type pci_pass reboot_behavior root_path"
        " scsi_controller_type security_domain security_model soundhw spice_bind spice_image_compression"
        " spice_jpeg_wan_compression spice_password_file spice_streaming_video spice_tls_ciphers"
        " spice_zlib_glz_wan_compression usb_devices usb_mouse vga vif_script vif_type vnc_bind_address"
        " vnc_password_file vnc_x509_path"
    ),
}
_HV_TITLES: Final = {
    "acpi": "ACPI",
    "boot_order": "Boot_order",
    "cdrom_image_path": "CDROM_image_path",
    "cpu_type": "cpu_type",
    "disk_type": "Disk_type",
    "initrd_path": "Initrd_path",
    "kernel_path": "Kernel_path",
    "nic_type": "NIC_type",
    "pae": "PAE",
    "pci_pass": "pci_pass",
    "vnc_bind_address": "VNC_bind_address",
}

_BE_FIELDS: Final = (
    ("minmem", "ConfigMinMem", FieldKind.UNIT, "Least memory that it can be run with"),
    ("maxmem", "ConfigMaxMem", FieldKind.UNIT, "Memory that it is started with"),
    ("vcpus", "ConfigVCPUs", FieldKind.NUMBER, "Number of virtual CPUs"),
    ("auto_balance", "Auto_balance", FieldKind.BOOL, "Whether balancing may move it"),
    ("always_failover", "be/always_failover", FieldKind.BOOL, "Whether it is failed over instead of migrated"),
    ("spindle_use", "be/spindle_use", FieldKind.NUMBER, "Disk spindles that it counts for"),
)


def _defaults_of(snapshot: ClusterSnapshot) -> Callable[[str | None, str | None], Params]:
    """For a hypervisor and an OS, the non-global parameters before an instance's own; worked out once for each.

    None but its own for an instance that has no hypervisor yet.
    """

    @cache
    def defaults(hypervisor: str | None, os: str | None) -> Params:
        return EMPTY if hypervisor is None else without_globals(default_hvparams(snapshot.cluster, hypervisor, os))

    return defaults


def _hvparams(snapshot: ClusterSnapshot, rows: Sequence[Instance]) -> list[object]:
    defaults = _defaults_of(snapshot)
    return [fill_free(defaults(row.hypervisor, row.os), without_globals(row.hvparams)) for row in rows]


def _hv_parameter(name: str) -> Rule:
    def rule(snapshot: ClusterSnapshot, rows: Sequence[Instance]) -> list[object]:
        defaults = _defaults_of(snapshot)
        return [row.hvparams.get(name, defaults(row.hypervisor, row.os).get(name, UNAVAIL)) for row in rows]

    return rule


def _beparams(snapshot: ClusterSnapshot, instance: Instance) -> object:
    filled = fill_beparams(snapshot.cluster, instance.beparams)
    return NODATA if filled is None else filled


def _be_parameter(name: str) -> Rule:
    def rule(snapshot: ClusterSnapshot, rows: Sequence[Instance]) -> list[object]:
        defaults = snapshot.cluster.beparams.get("default")
        if defaults is None:
            return [NODATA] * len(rows)
        default = defaults.get(name, NODATA)
        return [row.beparams.get(name, default) for row in rows]

    return rule


def _stored_beparams(instance: Instance) -> Params:
    return fill_typed(BE_PARAMETERS, instance.beparams)


def _osparams(snapshot: ClusterSnapshot, instance: Instance) -> Params:
    return fill_osparams(snapshot.cluster, instance)


_WHOLE: Final = (
    config_field(
        "hvparams",
        "HypervisorParameters",
        FieldKind.OTHER,
        "Hypervisor parameters in force",
        _hvparams,
        Source.CLUSTER,
    ),
    config_field(
        "custom_hvparams",
        "CustomHypervisorParameters",
        FieldKind.OTHER,
        "Hypervisor parameters that it sets itself",
        attribute("hvparams"),
    ),
    config_field(
        "beparams",
        "BackendParameters",
        FieldKind.OTHER,
        "Backend parameters in force",
        each_in(_beparams),
        Source.CLUSTER,
    ),
    config_field(
        "custom_beparams",
        "CustomBackendParameters",
        FieldKind.OTHER,
        "Backend parameters that it sets itself",
        each(_stored_beparams),
    ),
    config_field(
        "osparams",
        "OpSysParameters",
        FieldKind.OTHER,
        "Public parameters of its operating system in force",
        each_in(_osparams),
        Source.CLUSTER,
    ),
    config_field(
        "custom_osparams",
        "CustomOpSysParameters",
        FieldKind.OTHER,
        "Public operating system parameters that it sets itself",
        attribute("osparams"),
    ),
)

PARAMETER_FIELDS: Final = (
    *_WHOLE,
    *(
        config_field(f"be/{name}", title, kind, doc, _be_parameter(name), Source.CLUSTER)
        for name, title, kind, doc in _BE_FIELDS
    ),
    *(
        config_field(
            f"hv/{name}",
            _HV_TITLES.get(name, f"hv/{name}"),
            kind,
            f"Hypervisor parameter {name} in force",
            _hv_parameter(name),
            Source.CLUSTER,
        )
        for kind, names in _HV_KINDS.items()
        for name in names.split()
    ),
)
