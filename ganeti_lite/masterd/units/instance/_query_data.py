"""OP_INSTANCE_QUERY_DATA: all about instances, with what their nodes say of them unless that is not wanted.

Source: what Ganeti 3.0 answers.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpExecError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_instance
from ganeti_lite.masterd.parameters import fill_job_osparams
from ganeti_lite.masterd.units._effects import OFFLINE_REASON, CallNodes, Effects, warning
from ganeti_lite.masterd.units._instance_env import disk_template, list_disks
from ganeti_lite.masterd.units._instances import USER_DOWN_STATE, find_running, list_nodes, primary_of
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.masterd.wire_objects import disk_object, plain_object
from ganeti_lite.snapshot import (
    ClusterSnapshot,
    Instance,
    Nic,
    Node,
    fill_beparams,
    fill_hvparams,
    fill_nicparams,
    without_globals,
)
from ganeti_lite.wire.noderpc import RpcFailure

from ._disk_power import TIMEOUT

_STATUS = ("dev_path", "major", "minor", "sync_percent", "estimated_time", "is_degraded", "ldisk_status")


@frozen
class Wanted:
    """The instances that are asked about."""

    instances: tuple[Instance, ...]
    snapshot: ClusterSnapshot


class InstanceQueryData(LogicalUnit[Wanted]):
    """Tells all about instances, by name; those that are named, or all."""

    op_id = "OP_INSTANCE_QUERY_DATA"

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """What nodes are asked needs locks."""
        del snapshot
        if order["static"] or order["use_locking"]:
            return order
        yield warning("Non-static data requested, locks need to be acquired")
        return order.with_parameters(use_locking=True)

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Full names."""
        names = [find_instance(snapshot, name).name for name in order["instances"]]
        return order.with_parameters(instances=names)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instances, their groups, nodes and networks, together with others that only look; or nothing."""
        if not order["use_locking"]:
            return None
        if level is LockLevel.INSTANCE:
            return LockWish(frozenset(order["instances"]) or None, LockMode.SHARED)
        instances = _list_wanted(order, snapshot)
        nodes = {uuid for instance in instances for uuid in list_nodes(instance, snapshot)}
        match level:
            case LockLevel.GROUP:
                names = {snapshot.nodes[uuid].group for uuid in nodes}
            case LockLevel.NODE:
                names = nodes
            case LockLevel.NETWORK:
                names = {nic.network for instance in instances for nic in instance.nics if nic.network is not None}
            case _:
                return None
        return LockWish(frozenset(names), LockMode.SHARED) if names else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Wanted]:
        """They must be there."""
        yield from ()
        return Wanted(_list_wanted(order, snapshot), snapshot)

    def execute(self, order: Order, plan: Wanted) -> Effects[object]:
        """Ask their nodes, one after the other."""
        told = {}
        for instance in plan.instances:
            told[instance.name] = yield from _describe(instance, plan.snapshot, is_static=order["static"])
        return told


def _list_wanted(order: Order, snapshot: ClusterSnapshot) -> tuple[Instance, ...]:
    if not order["instances"]:
        return snapshot.instances.ordered
    return tuple(find_instance(snapshot, name) for name in order["instances"])


def _describe(instance: Instance, snapshot: ClusterSnapshot, *, is_static: bool) -> Effects[dict[str, Any]]:
    cluster = snapshot.cluster
    primary = primary_of(instance, snapshot)
    state = None
    if primary.offline:
        text = f"Primary node {primary.name} is marked offline, returning static information only for instance"
        yield warning(f"{text} {instance.name}")
    elif not is_static:
        told = yield from find_running(instance, snapshot, f"Error checking node {primary.name}", OpExecError)
        state = _find_state(instance, told, snapshot)
    disks = []
    for disk in list_disks(instance, snapshot):
        shown = disk_object(snapshot, disk, instance, primary.uuid)
        disks.append((yield from _DiskReport(instance, snapshot, is_static).run(shown)))
    secondaries = [snapshot.nodes[uuid] for uuid in snapshot.secondary_nodes_of(instance) or ()]
    return {
        "name": instance.name,
        "config_state": instance.admin_state,
        "run_state": state,
        **_describe_places(primary, secondaries, snapshot),
        "os": instance.os,
        "nics": [_describe_nic(nic, snapshot) for nic in instance.nics],
        "disk_template": disk_template(instance, snapshot),
        "disks": disks,
        "hypervisor": instance.hypervisor,
        "network_port": instance.network_port,
        "hv_instance": plain_object(instance.hvparams),
        "hv_actual": plain_object(without_globals(fill_hvparams(cluster, instance))),
        "be_instance": plain_object(instance.beparams),
        "be_actual": plain_object(fill_beparams(cluster, instance.beparams) or {}),
        "os_instance": plain_object(instance.osparams),
        "os_actual": plain_object(fill_job_osparams(cluster, instance)),
        "serial_no": instance.serial_no,
        "mtime": instance.mtime,
        "ctime": instance.ctime,
        "uuid": instance.uuid,
    }


def _describe_places(primary: Node, secondaries: list[Node], snapshot: ClusterSnapshot) -> dict[str, Any]:
    groups = [snapshot.nodegroups[node.group] for node in (primary, *secondaries)]
    return {
        "pnode": primary.name,
        "pnode_group_uuid": groups[0].uuid,
        "pnode_group_name": groups[0].name,
        "snodes": [node.name for node in secondaries],
        "snodes_group_uuids": [group.uuid for group in groups[1:]],
        "snodes_group_names": [group.name for group in groups[1:]],
    }


def _find_state(instance: Instance, told: Mapping[str, Any], snapshot: ClusterSnapshot) -> str:
    if "state" in told:
        if told["state"] != USER_DOWN_STATE:
            return "up"
        hvparams = fill_hvparams(snapshot.cluster, instance)
        is_allowed = instance.hypervisor != "kvm" or hvparams.get("user_shutdown")
        return "user down" if snapshot.cluster.enabled_user_shutdown and is_allowed else "down"
    match instance.admin_state:
        case "up":
            return "down"
        case "down":
            return "user down" if instance.admin_state_source == "user" else "down"
        case _:
            return "offline"


def _describe_nic(nic: Nic, snapshot: ClusterSnapshot) -> list[Any]:
    params = fill_nicparams(snapshot.cluster, nic.nicparams) or {}
    network = snapshot.networks.get(nic.network or "")
    return [
        *(nic.name, nic.uuid, nic.ip, nic.mac),
        *(params.get("mode"), params.get("link"), params.get("vlan")),
        nic.network,
        None if network is None else plain_object(network),
    ]


@frozen
class _DiskReport:
    """What is told of a disk and those below it."""

    instance: Instance
    snapshot: ClusterSnapshot
    is_static: bool
    secondary: str | None = None

    def run(self, disk: dict[str, Any]) -> Effects[dict[str, Any]]:
        """All of a disk as nodes are told it."""
        logical_id, drbd, report = disk["logical_id"], None, self
        if disk["dev_type"] == "drbd":
            secondary, drbd = self._read_drbd(logical_id)
            logical_id, report = [*logical_id[:-1], None], evolve(self, secondary=secondary)
        on_primary = yield from report.ask(self.instance.primary_node, disk)
        on_secondary = yield from report.ask(report.secondary, disk)
        children = []
        for child in disk["children"]:
            told = yield from report.run(child)
            children.append(told)
        return {
            "iv_name": disk.get("iv_name", ""),
            "dev_type": disk["dev_type"],
            "logical_id": logical_id,
            "drbd_info": drbd,
            "pstatus": on_primary,
            "sstatus": on_secondary,
            "children": children,
            **{name: disk.get(name) for name in ("mode", "size", "spindles", "name", "uuid")},
        }

    def _read_drbd(self, logical_id: list[Any]) -> tuple[str, dict[str, Any]]:
        """The secondary node, and what is told of the connection."""
        left, right, port, left_minor, right_minor, *_ = logical_id
        ends = [(left, left_minor), (right, right_minor)]
        if left != self.instance.primary_node:
            ends.reverse()
        (primary, primary_minor), (secondary, secondary_minor) = ends
        told = {
            "primary_node": self.snapshot.nodes[primary].name,
            "primary_minor": primary_minor,
            "secondary_node": self.snapshot.nodes[secondary].name,
            "secondary_minor": secondary_minor,
            "port": port,
        }
        return secondary, told

    def ask(self, node: str | None, disk: dict[str, Any]) -> Effects[list[Any] | None]:
        """What a node says of a disk; None if it is not asked, or has none."""
        if self.is_static or node is None:
            return None
        results = yield CallNodes("blockdev_find", {node: [disk]}, TIMEOUT)
        result = results[node]
        if isinstance(result, RpcFailure):
            if result.reason == OFFLINE_REASON:
                return None
            raise OpExecError(f"Can't compute disk status for {self.instance.name}: {result.reason}")
        status: Any = result.payload
        return None if status is None else [status.get(name) for name in _STATUS]
