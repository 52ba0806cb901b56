"""The ssconf files of a configuration: single values that every node keeps, one value a line."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ganeti_lite.constants import SOFTWARE_VERSION

from ._objects import JsonObject

_RUNS: Final = re.compile(r"(\d+)")


def ssconf_values(config: JsonObject) -> dict[str, str]:
    """Content of each ssconf file by its key (the file is ``ssconf_KEY``); empty values are empty files."""
    cluster = config["cluster"]
    lines: dict[str, Iterable[str]] = {**_cluster_values(cluster), **_node_values(config), **_object_lists(config)}
    for hypervisor, params in cluster["hvparams"].items():
        lines[f"hvparams_{hypervisor}"] = [f"{key}={value}" for key, value in params.items()]
    return {key: "".join(f"{line}\n" for line in values if line) for key, values in lines.items()}


def _cluster_values(cluster: JsonObject) -> dict[str, Iterable[str]]:
    single = (
        "cluster_name", "file_storage_dir", "shared_file_storage_dir", "gluster_storage_dir", "master_ip",
        "master_netdev", "master_netmask", "primary_ip_family", "maintain_node_health", "enabled_user_shutdown",
    )  # fmt: skip
    return {
        **{key: [str(cluster[key])] for key in single},
        "cluster_tags": cluster["tags"],
        "hypervisor_list": cluster["enabled_hypervisors"],
        "release_version": [SOFTWARE_VERSION],
        "uid_pool": [f"{low}-{high}" if low != high else f"{low}" for low, high in cluster["uid_pool"]],
        "master_candidates_certs": [f"{uuid}={digest}" for uuid, digest in sorted(cluster["candidate_certs"].items())],
    }


def _node_values(config: JsonObject) -> dict[str, Iterable[str]]:
    by_uuid = config["nodes"]
    candidates = [node for _, node in sorted(by_uuid.items()) if node["master_candidate"]]
    nodes = sorted(by_uuid.values(), key=lambda node: nice_key(node["name"]))
    return {
        "master_node": [by_uuid[config["cluster"]["master_node"]]["name"]],
        "master_candidates": [node["name"] for node in candidates],
        "master_candidates_ips": [node["primary_ip"] for node in candidates],
        "node_list": [node["name"] for node in nodes],
        "online_nodes": [node["name"] for node in nodes if not node["offline"]],
        "offline_nodes": [node["name"] for node in nodes if node["offline"]],
        "node_primary_ips": [f"{node['name']} {node['primary_ip']}" for node in nodes],
        "node_secondary_ips": [f"{node['name']} {node['secondary_ip']}" for node in nodes],
        "node_vm_capable": [f"{node['name']}={node['vm_capable']}" for node in nodes],
        "ssh_ports": [f"{node['name']}={_ssh_port(config, node)}" for node in nodes],
    }


def _ssh_port(config: JsonObject, node: JsonObject) -> int:
    group = config["nodegroups"][node["group"]]
    filled = config["cluster"]["ndparams"] | group["ndparams"] | node["ndparams"]
    return int(filled["ssh_port"])


def _object_lists(config: JsonObject) -> dict[str, Iterable[str]]:
    return {
        "instance_list": [entry["name"] for entry in _nice_sorted(config["instances"])],
        "nodegroups": [f"{entry['uuid']} {entry['name']}" for entry in _nice_sorted(config["nodegroups"])],
        "networks": [f"{entry['uuid']} {entry['name']}" for entry in _nice_sorted(config["networks"])],
    }


def _nice_sorted(container: JsonObject) -> Iterator[JsonObject]:
    return iter(sorted(container.values(), key=lambda entry: nice_key(entry["name"])))


def nice_key(name: str) -> list[tuple[int, int, str]]:
    """A sort key under which digits count as numbers and come before other characters."""
    return [(0, int(run), "") if run.isdigit() else (1, 0, run) for run in _RUNS.split(name) if run]
