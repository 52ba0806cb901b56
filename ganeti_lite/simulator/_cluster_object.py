"""The cluster object of a made-up configuration, and its job filter rules."""

import base64
from collections.abc import Mapping, Sequence
from typing import Final

from ganeti_lite.default_parameters import (
    DATA_COLLECTION_INTERVAL,
    DATA_COLLECTORS,
    DISKPARAMS,
    HVPARAMS,
    NDPARAMS,
    Parameters,
)

from ._disks import FILE_STORAGE_DIR, SHARED_FILE_STORAGE_DIR, VOLUME_GROUP
from ._draws import Draws
from ._instances import ENABLED_HYPERVISORS
from ._names import DOMAIN, MASTER_NAME
from ._nics import CLUSTER_MAC_PREFIX
from ._nodes import CANDIDATE_POOL_SIZE, MASTER_IP
from ._objects import JsonObject
from ._parameters import BEPARAMS, NICPARAMS
from ._placement import Ports

_ENABLED_DISK_TEMPLATES: Final = ("drbd", "plain", "file", "sharedfile", "rbd", "diskless")

_OS_HVP: Final[JsonObject] = {
    "debootstrap+trixie": {"kvm": {"disk_discard": "unmap", "kernel_args": "ro console=ttyS0"}},
    "image+alma9": {"kvm": {"kernel_path": ""}, "xen-pvm": {"bootloader_path": "/usr/bin/pygrub"}},
    "image+windows": {"kvm": {"kernel_path": "", "use_localtime": True, "vga": "std"}, "xen-hvm": {"pae": False}},
}
_OSPARAMS: Final[JsonObject] = {
    "debootstrap": {"dhcp": "no", "mirror": "http://deb.example.com/debian"},
    "debootstrap+trixie": {"filesystem": "ext4"},
    "image": {"cache_dir": "/var/cache/images"},
}


def _ispec(memory: int, size: int, disks: int, cpus: int, nics: int, spindles: int) -> dict[str, int]:
    return {
        "memory-size": memory,
        "disk-size": size,
        "disk-count": disks,
        "cpu-count": cpus,
        "nic-count": nics,
        "spindle-use": spindles,
    }


_IPOLICY: Final[JsonObject] = {
    "minmax": [{"min": _ispec(128, 1024, 0, 1, 0, 1), "max": _ispec(65536, 1048576, 16, 16, 8, 12)}],
    "std": _ispec(1024, 10240, 1, 1, 1, 1),
    "spindle-ratio": 32,
    "vcpu-ratio": 4,
    "disk-templates": list(_ENABLED_DISK_TEMPLATES),
}


def make_cluster(nodes: Sequence[JsonObject], ports: Ports, seed: int, epoch: int) -> JsonObject:
    """The cluster object; the first node is the master."""
    draws = Draws(seed, "cluster")
    return (
        _identity(draws, nodes, ports)
        | _parameters()
        | _policies(draws, nodes)
        | {
            "ctime": epoch - 1000 * 86400,
            "mtime": epoch,
            "uuid": draws.uuid(),
            "serial_no": 3 * len(nodes) + ports.highest_used,
            "tags": ["owner:ops", "site:hall1"],
        }
    )


def _identity(draws: Draws, nodes: Sequence[JsonObject], ports: Ports) -> JsonObject:
    return {
        "rsahostkeypub": base64.b64encode(draws.randbytes(279)).decode(),
        "dsahostkeypub": "",
        "highest_used_port": ports.highest_used,
        "tcpudp_port_pool": ports.given_back,
        "mac_prefix": CLUSTER_MAC_PREFIX,
        "volume_group_name": VOLUME_GROUP,
        "reserved_lvs": ["xenvg/swap.*"],
        "drbd_usermode_helper": "/bin/true",
        "master_node": nodes[0]["uuid"],
        "master_ip": MASTER_IP,
        "master_netdev": "lo",
        "master_netmask": 32,
        "use_external_mip_script": False,
        "cluster_name": f"cluster.{DOMAIN}",
        "file_storage_dir": FILE_STORAGE_DIR,
        "shared_file_storage_dir": SHARED_FILE_STORAGE_DIR,
        "gluster_storage_dir": "/var/run/ganeti/gluster",
    }


def _parameters() -> JsonObject:
    return {
        "enabled_hypervisors": list(ENABLED_HYPERVISORS),
        "hvparams": _copy_tables(HVPARAMS),
        "os_hvp": _OS_HVP,
        "beparams": {"default": dict(BEPARAMS)},
        "osparams": _OSPARAMS,
        "osparams_private_cluster": {"debootstrap": {"proxy_password": "orange"}},
        "nicparams": {"default": dict(NICPARAMS)},
        "ndparams": dict(NDPARAMS),
        "diskparams": _copy_tables(DISKPARAMS),
    }


def _copy_tables(tables: Mapping[str, Parameters]) -> JsonObject:
    return {name: dict(table) for name, table in tables.items()}


def _policies(draws: Draws, nodes: Sequence[JsonObject]) -> JsonObject:
    return {
        "candidate_pool_size": CANDIDATE_POOL_SIZE,
        "modify_etc_hosts": False,
        "modify_ssh_setup": False,
        "maintain_node_health": False,
        "uid_pool": [[4000, 4019], [5000, 5000]],
        "default_iallocator": "hail",
        "default_iallocator_params": {},
        "hidden_os": ["image+windows"],
        "blacklisted_os": ["noop"],
        "primary_ip_family": 2,
        "prealloc_wipe_disks": False,
        "ipolicy": _IPOLICY,
        "hv_state_static": {
            "kvm": {"cpu_node": 1, "cpu_total": 16, "mem_hv": 1024, "mem_node": 2048, "mem_total": 131072}
        },
        "disk_state_static": {},
        "enabled_disk_templates": list(_ENABLED_DISK_TEMPLATES),
        "candidate_certs": {uuid: _digest(draws) for uuid in _candidates(nodes)},
        "max_running_jobs": 20,
        "max_tracked_jobs": 25,
        "install_image": "",
        "instance_communication_network": "",
        "zeroing_image": "",
        "compression_tools": ["gzip", "gzip-fast", "gzip-slow"],
        "enabled_user_shutdown": False,
        "data_collectors": {name: {"active": True, "interval": DATA_COLLECTION_INTERVAL} for name in DATA_COLLECTORS},
        "ssh_key_type": "rsa",
        "ssh_key_bits": 2048,
    }


def _candidates(nodes: Sequence[JsonObject]) -> list[str]:
    return sorted(node["uuid"] for node in nodes if node["master_candidate"])


def _digest(draws: Draws) -> str:
    """A made-up SHA-1 digest, as certificates are shown."""
    return draws.randbytes(20).hex(":").upper()


def make_filter_rules(seed: int, epoch: int) -> list[JsonObject]:
    """Three job filter rules: a pause, a rate limit, a rejection."""
    draws = Draws(seed, "rules")
    rules: Sequence[tuple[int, list[object], object]] = (
        (7, [["jobid", [">", "id", 100000]]], "PAUSE"),
        (10, [["opcode", ["==", "OP_ID", "OP_INSTANCE_MOVE"]]], ["RATE_LIMIT", 3]),
        (10, [["reason", ["=~", "reason", "^maintenance"]], ["jobid", ["<", "id", 50]]], "REJECT"),
    )
    return [
        {
            "watermark": 23 + number,
            "priority": priority,
            "predicates": predicates,
            "action": action,
            "reason_trail": [["gnt:client:gnt-filter", f"planned by {MASTER_NAME}", (epoch - 3600) * 10**9]],
            "uuid": draws.uuid(),
        }
        for number, (priority, predicates, action) in enumerate(rules)
    ]
