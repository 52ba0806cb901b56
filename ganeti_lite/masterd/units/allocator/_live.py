"""What an allocator is told of nodes that only they know: memory, CPUs, storage.

Memory that instances are to have, but do not use at present, does not count as free.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import EMPTY, Cluster, ClusterSnapshot, Instance, Node, fill_beparams
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._cluster import describe_node

_TIMEOUT: Final = 60.0

_STORAGE: Final[Mapping[str, str]] = {"file": "file", "plain": "lvm-vg", "drbd": "lvm-vg"}
"""The kind of storage that nodes are asked about, by template; not about others."""

_HYPERVISOR_MEMBERS: Final[Mapping[str, str]] = {
    "total_memory": "memory_total",
    "reserved_memory": "memory_dom0",
    "free_memory": "memory_free",
    "total_cpus": "cpu_total",
    "reserved_cpus": "cpu_dom0",
}
"""What an allocator is told, by what nodes call it."""


@frozen
class _Told:
    """What a node says of itself, and of the instances that run there, by name."""

    node: Node
    info: Any
    running: Mapping[str, Any]


def describe_nodes(snapshot: ClusterSnapshot, hypervisor: str, template: str) -> Effects[dict[str, Any]]:
    """All nodes by name, those that may have instances and are there with their present values.

    :raises OpExecError: one of these does not say what it has.
    """
    cluster = snapshot.cluster
    capable = [node for node in snapshot.nodes.values() if node.vm_capable]
    specs = [[hypervisor, plain_object(cluster.hvparams.get(hypervisor, EMPTY))]]
    info = yield CallNodes(
        "node_info", {node.uuid: [_list_units(cluster, template), specs] for node in capable}, _TIMEOUT
    )
    arguments = [list(cluster.enabled_hypervisors), plain_object(cluster.hvparams)]
    running = yield CallNodes("all_instances_info", {node.uuid: arguments for node in capable}, _TIMEOUT)
    live = {}
    for node in capable:
        if not node.offline:
            told = _read(node, info[node.uuid], running[node.uuid])
            live[node.uuid] = _describe_present(told, template, snapshot)
    return {node.name: {**live.get(uuid, {}), **describe_node(node, snapshot)} for uuid, node in snapshot.nodes.items()}


def _list_units(cluster: Cluster, template: str) -> list[Any]:
    """The storage that nodes are asked about."""
    match _STORAGE.get(template):
        case "file":
            return [["file", cluster.file_storage_dir, []]]
        case "lvm-vg":
            return [["lvm-vg", cluster.volume_group_name, [False]], ["lvm-pv", cluster.volume_group_name, [False]]]
        case _:
            return []


def _read(node: Node, info: RpcResult, running: RpcResult) -> _Told:
    if isinstance(info, RpcFailure):
        raise OpExecError(f"Can't get data for node {node.name}: {info.reason}")
    if isinstance(running, RpcFailure):
        raise OpExecError(f"Can't get node instance info from node {node.name}: {running.reason}")
    instances: Any = running.payload
    return _Told(node, info.payload, instances)


def _describe_present(told: _Told, template: str, snapshot: ClusterSnapshot) -> dict[str, Any]:
    _, storage, (hypervisor, *_) = told.info
    values = {name: _read_number(told.node, hypervisor, member) for name, member in _HYPERVISOR_MEMBERS.items()}
    memory = [
        (instance, _find_maxmem(instance, snapshot))
        for instance in snapshot.instances_by_primary.get(told.node.uuid, ())
    ]
    up = [(instance, size) for instance, size in memory if instance.admin_state == "up" and not instance.forthcoming]
    missing = sum(max(0, size - _find_used(instance, told)) for instance, size in up)
    return {
        **values,
        "free_memory": values["free_memory"] - missing,
        **_describe_storage(told.node, storage, template),
        "i_pri_memory": sum(size for _, size in memory),
        "i_pri_up_memory": sum(size for _, size in up),
    }


def _find_maxmem(instance: Instance, snapshot: ClusterSnapshot) -> int:
    filled: Mapping[str, Any] = fill_beparams(snapshot.cluster, instance.beparams) or {}
    return int(filled.get("maxmem", 0))


def _find_used(instance: Instance, told: _Told) -> int:
    running = told.running.get(instance.name or "")
    return int(running["memory"]) if running else 0


def _read_number(node: Node, values: Mapping[str, Any], name: str) -> int:
    if name not in values:
        raise OpExecError(f"Node '{node.name}' didn't return attribute '{name}'")
    value = values[name]
    if not isinstance(value, int):
        raise OpExecError(f"Node '{node.name}' returned invalid value for '{name}': {value}")
    return value


def _describe_storage(node: Node, storage: Any, template: str) -> dict[str, Any]:
    kind = _STORAGE.get(template)
    units = {unit["type"]: unit for unit in storage or ()}
    if kind is not None and kind not in units:
        raise OpExecError(f"Node '{node.name}' didn't return space info for disktemplate '{template}'")
    space = units.get(kind or "", {})
    spindles = units.get("lvm-pv", {}) if kind == "lvm-vg" else {}
    return {
        "total_disk": space.get("storage_size", 0),
        "free_disk": space.get("storage_free", 0),
        "total_spindles": spindles.get("storage_size", 0),
        "free_spindles": spindles.get("storage_free", 0),
    }
