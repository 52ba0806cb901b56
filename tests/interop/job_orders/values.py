"""Parameters with values of odd types, and hypervisors' parameters that cannot be or cannot be together."""

from collections.abc import Mapping
from typing import Any, Final

from ._chapter import Chapter, Correction, Opcode, op
from .groups import MOST
from .instances import create_instance

_KVM: Final[tuple[Mapping[str, Any], ...]] = (
    {"boot_order": "cdrom"},
    {"kernel_path": "/boot/kernel", "root_path": ""},
    {"security_model": "user"},
    {"security_domain": "x"},
    {"serial_speed": 1},
    {"vnc_x509_verify": True},
    {"spice_use_tls": True},
    {"spice_bind": "127.0.0.1", "spice_ip_version": 6},
    {"spice_bind": "::1", "spice_ip_version": 4},
    {"spice_bind": "lo", "spice_ip_version": 6},
    {"disk_aio": "native", "disk_cache": "writeback"},
    {"disk_aio": "native", "disk_cache": "none"},
    {"acpi": "", "use_chroot": [], "vhost_net": {"x": 1}},
    {"acpi": "1"},
    {"spice_ip_version": 5},
    {"kvm_pci_reservations": 33},
    {"virtio_net_queues": 0},
    {"migration_bandwidth": -1},
    {"cpu_mask": "0:x"},
)
_OTHERS: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("xen-pvm", {"cpu_weight": 65535}),
    ("xen-pvm", {"cpu_weight": 65536}),
    ("xen-pvm", {"cpu_cap": -1}),
    ("xen-hvm", {"cpu_weight": 65535}),
    ("xen-hvm", {"cpu_cap": -1}),
    ("xen-hvm", {"boot_order": "disk"}),
    ("xen-hvm", {"boot_order": "dc"}),
    ("xen-hvm", {"vnc_bind_address": "::1"}),
    ("lxc", {"cpu_mask": "0:1"}),
    ("lxc", {"cpu_mask": "0-1"}),
)

_POLICIES: Final[tuple[Mapping[str, Any], ...]] = (
    {"minmax": [{"min": None, "max": MOST}]},
    {"disk-templates": [1, None]},
    {"disk-templates": "file"},
    {"vcpu-ratio": []},
    {"vcpu-ratio": True},
)
_OF_NEW_GROUPS: Final[tuple[Mapping[str, Any], ...]] = (
    {"minmax": None},
    {"minmax": []},
    {"minmax": "default"},
    {"disk-templates": []},
    {"disk-templates": ["default"]},
    {"vcpu-ratio": "default"},
    {"vcpu-ratio": ""},
)

_ND_VALUES: Final[tuple[Mapping[str, Any], ...]] = (
    {"spindle_count": None},
    {"spindle_count": True},
    {"spindle_count": "1.5"},
    {"ovs": ""},
    {"ovs": [1]},
    {"ovs_name": None},
    {"oob_program": None},
    {"oob_program": False},
    {"cpu_speed": "1e2"},
    {"cpu_speed": []},
)
_BE_VALUES: Final[tuple[Mapping[str, Any], ...]] = (
    {"vcpus": None},
    {"vcpus": 1.5},
    {"auto_balance": {}},
    {"auto_balance": "0"},
    {"maxmem": True},
    {"maxmem": "1 g"},
    {"spindle_use": "x"},
)
_DISK_VALUES: Final[tuple[Mapping[str, Any], ...]] = ({"nosuch": 1}, {"nosuch": True}, {"nosuch": ""}, {"uuid": [1]})


def _cluster(**parameters: object) -> Opcode:
    return op("CLUSTER_SET_PARAMS", **parameters)


def _group(**parameters: object) -> Opcode:
    return op("GROUP_SET_PARAMS", group_name="default", **parameters)


def _new_group(**parameters: object) -> Opcode:
    return op("GROUP_ADD", group_name="new", **parameters)


def _instance(**parameters: object) -> Opcode:
    return op("INSTANCE_SET_PARAMS", instance_name="inst1", **parameters)


CHAPTERS: Final = (
    Chapter(
        tried=(
            *(_cluster(hvparams={"kvm": params}) for params in _KVM),
            *(_cluster(hvparams={hypervisor: params}) for hypervisor, params in _OTHERS),
            *(_cluster(ipolicy=policy) for policy in _POLICIES),
            *(_group(ipolicy=policy) for policy in _POLICIES[:2]),
            *(_new_group(ipolicy=policy) for policy in (*_POLICIES[1:], *_OF_NEW_GROUPS)),
            *(_cluster(ndparams=params) for params in _ND_VALUES),
            *(_instance(beparams=params) for params in _BE_VALUES),
            *(create_instance(disk_template="file", disks=[{"size": 4, **more}]) for more in _DISK_VALUES),
            *(op("INSTANCE_SET_PARAMS", instance_name="inst3", disks=[["modify", 0, more]]) for more in _DISK_VALUES),
            _cluster(os_hvp={"noop": {"nosuch": 1}}),
            _cluster(osparams={"nosuch": {"x": None}}),
            _cluster(diskparams={"file": {"nosuch": "default"}}),
            _group(diskparams={"rbd": {"access": None}}),
            _group(diskparams={"rbd": {"access": 1}}),
            create_instance(nics=[{"mode": "pool"}]),
            _cluster(hvparams={"nosuch": {"x": 1}}),
            _instance(instance_uuid="x", offline=True),
            op("INSTANCE_STARTUP", instance_name="inst3", instance_uuid="x"),
            op("NODE_SET_PARAMS", node_name="node3", node_uuid="x"),
            op("NODE_REMOVE", node_name="node5", node_uuid="x"),
            create_instance(pnode_uuid="x"),
            op("INSTANCE_RENAME", instance_name="inst1", new_name="new example", name_check=True, ip_check=False),
            op("INSTANCE_RENAME", instance_name="inst1", new_name="X.example.com.", name_check=True, ip_check=False),
        ),
        corrected=tuple(
            Correction({**opcode, "dry_run": True}, ganeti, ours)
            for opcode, ganeti, ours in (
                (_instance(beparams={"maxmem": "1.2.3"}), "OpExecError", "TypeEnforcementError"),
                (_cluster(ndparams={"spindle_count": 10**20}), "success", "refused"),
                (_cluster(ndparams={"spindle_count": "1" * 20}), "success", "TypeEnforcementError"),
                (_cluster(ipolicy={"minmax": [None]}), "OpExecError", "OpPrereqError"),
                (_cluster(ipolicy={"disk-templates": 1}), "OpExecError", "OpPrereqError"),
                (_cluster(hv_state={"kvm": None}), "OpExecError", "TypeEnforcementError"),
                (_cluster(osparams={"noop": {"size": 8}}), "success", "TypeEnforcementError"),
                (_cluster(hidden_os=[["attach", "x"]]), "success", "OpPrereqError"),
                (_instance(osparams={"size": 8}), "success", "TypeEnforcementError"),
                (_instance(osparams_private={"word": []}), "success", "TypeEnforcementError"),
                (create_instance(osparams={"size": True}), "success", "TypeEnforcementError"),
                (_cluster(nicparams={"mode": "auto"}), "success", "ConfigurationError"),
                (
                    _instance(nics=[["add", -1, {"mode": "auto", "ip": "198.18.0.240"}]]),
                    "success",
                    "ConfigurationError",
                ),
                (_cluster(os_hvp={"noop": {"chroot": 1}}), "OpExecError", "TypeEnforcementError"),
                (_cluster(osparams_private_cluster={"noop": {"size": None}}), "OpPrereqError", "success"),
                (_new_group(ipolicy={"std": None}), "OpExecError", "OpPrereqError"),
                (
                    op("INSTANCE_RENAME", instance_name="inst1", new_name="\u00e9", name_check=False, ip_check=False),
                    "OpExecError",
                    "OpPrereqError",
                ),
            )
        ),
    ),
)
