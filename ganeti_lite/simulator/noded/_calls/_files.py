"""Files that the master hands out: the configuration, keys, and the ssconf files.

Source: reference of Ganeti's node RPC, 3.4.
"""

import stat
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.file_tree import StoredFile
from ganeti_lite.simulator.noded.machine import DATA_DIR, SimulatedNode

from ._hypervisors import HYPERVISORS
from ._outcome import CallError, Calls, Done
from ._wire import localize, unpack_text

_TARGETS: Final = frozenset(
    {
        "/etc/hosts",
        "/etc/ganeti/kvm-vif-bridge",
        "/etc/ganeti/vnc-cluster-password",
        "/etc/xen/xend-config.sxp",
        *(
            f"{DATA_DIR}/{name}"
            for name in (
                "config.data", "known_hosts", "rapi.pem", "spice.pem", "spice-ca.pem", "rapi/users", "hmac.key",
                "cluster-domain-secret",
            )
        ),
    }
)  # fmt: skip
"""What may be written from outside; server.pem is not among it."""

_USERS: Final = frozenset({"root", "gnt-masterd", "gnt-confd", "gnt-luxid", "gnt-wconfd", "gnt-rapi", "gnt-metad"})
_GROUPS: Final = frozenset({*_USERS, "gnt-daemons", "gnt-admin"})

_SSCONF_KEYS: Final = frozenset(
    {
        "cluster_name", "cluster_tags", "enabled_user_shutdown", "file_storage_dir", "gluster_storage_dir",
        "hypervisor_list", "instance_list", "maintain_node_health", "master_candidates", "master_candidates_certs",
        "master_candidates_ips", "master_ip", "master_netdev", "master_netmask", "master_node", "networks", "node_list",
        "node_primary_ips", "node_secondary_ips", "node_vm_capable", "nodegroups", "offline_nodes", "online_nodes",
        "primary_ip_family", "release_version", "shared_file_storage_dir", "ssh_ports", "uid_pool",
        *(f"hvparams_{name}" for name in HYPERVISORS),
    }
)  # fmt: skip


def _upload_file_single(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    path, content, mode, user, group, _atime, mtime = arguments
    local = localize(machine.files, path)
    if local not in _TARGETS:
        raise CallError(f"Filename passed to UploadFile not in allowed upload targets: '{machine.files.local(local)}'")
    text = unpack_text(content)
    _check_owner(user, group)
    permissions = 0o600 if mode is None else stat.S_IMODE(mode)
    file = StoredFile(text, permissions, user, group, mtime)
    return Done(attrs.evolve(machine, files=machine.files.write(local, file)))


def _upload_file(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    return _upload_file_single(machine, arguments[0])


def _check_owner(user: object, group: object) -> None:
    if not isinstance(user, str) or not isinstance(group, str):
        raise CallError("Invalid username/groupname type")
    if user not in _USERS:
        raise ValueError(f"Unknown Ganeti user '{user}'")
    if group not in _GROUPS:
        raise ValueError(f"Unknown Ganeti group '{group}'")


def _write_ssconf_files(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """All of them, or none; from then on the node takes for the master whom they name."""
    values: Mapping[str, str | list[str]]
    (values,) = arguments
    for key in values:
        if key not in _SSCONF_KEYS:
            raise ValueError(f"Invalid key requested from SSConf: '{key}'")
    texts = {key: _ssconf_text(value) for key, value in values.items()}
    files = machine.files.write_all(
        {f"{DATA_DIR}/ssconf_{key}": StoredFile(text, 0o444) for key, text in texts.items()}
    )
    master = texts.get("master_node", machine.master_name).strip()
    return Done(attrs.evolve(machine, files=files, master_name=master))


def _ssconf_text(value: str | list[str]) -> str:
    text = value if isinstance(value, str) else "\n".join(value)
    return f"{text}\n" if text and not text.endswith("\n") else text


FILE_CALLS: Final[Calls] = {
    "upload_file_single": _upload_file_single,
    "upload_file": _upload_file,
    "write_ssconf_files": _write_ssconf_files,
}
