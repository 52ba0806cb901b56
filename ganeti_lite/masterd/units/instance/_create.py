"""OP_INSTANCE_CREATE: an instance without disks, or with file disks, on a node that is named or chosen by an allocator.

Source: what Ganeti 3.0 does, in its order; but whether an OS's scripts may run is asked before anything is made.
"""

from collections.abc import Mapping
from os import urandom
from typing import Any, Final

from attrs import evolve

from ganeti_lite.constants import ErrorCode, LockMode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.lookup import find_node
from ganeti_lite.masterd.resources import RandomBytes
from ganeti_lite.masterd.units._effects import Effects, HookPlan, ReleaseLocks
from ganeti_lite.masterd.units._hvparams import ask_hvparams
from ganeti_lite.masterd.units._instance_env import describe_instance
from ganeti_lite.masterd.units._instances import check_bridges, check_memory, has_exclusive_storage
from ganeti_lite.masterd.units._ipolicy_violations import Demand, check_allocation
from ganeti_lite.masterd.units._systems import check_trusted, fill_system, validate_system
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot, Instance, Node, fill_beparams

from ._choose_node import choose_node
from ._create_order import INSTANCE_IP, IS_RETRY, prepare_order
from ._create_parameters import read_instance
from ._make import NewInstance, make_instance
from ._names import check_address_unused, check_name_unused
from ._new_disks import check_spindles, check_wiping, find_directory, read_disk
from ._nics import give_mac, give_uuid, place_nic

_NODE_LEVELS: Final = (LockLevel.NODE, LockLevel.NODE_RES)


class InstanceCreate(LogicalUnit[NewInstance]):
    """Makes an instance.

    :param random: where MAC addresses and UUIDs come from.
    """

    op_id = "OP_INSTANCE_CREATE"

    def __init__(self, random: RandomBytes = urandom) -> None:
        self._random = random

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """The arguments must be right, the name must be one."""
        return (yield from prepare_order(order, snapshot.cluster))

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The name must be free, the node, if one is named, must be there."""
        check_name_unused(order["instance_name"], snapshot)
        if order["iallocator"]:
            return order
        node = find_node(snapshot, order["pnode"], order["pnode_uuid"])
        return order.with_parameters(pnode=node.name, pnode_uuid=node.uuid)

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance that is to be, its node and what that has, the node's group; all of them for an allocator."""
        if level is LockLevel.INSTANCE:
            return LockWish(frozenset({order["instance_name"]}))
        node = None if order["iallocator"] else snapshot.nodes.get(order["pnode_uuid"])
        if level is LockLevel.GROUP:
            return LockWish(None if node is None else frozenset({node.group}), LockMode.SHARED)
        if level not in _NODE_LEVELS:
            return None
        if node is not None:
            return LockWish(frozenset({node.uuid}))
        if not order["opportunistic_locking"]:
            return LockWish(None)
        names = order.held.get(LockLevel.NODE) if level is LockLevel.NODE_RES else frozenset(snapshot.nodes)
        return LockWish(names, is_opportunistic=True)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[NewInstance]:
        """Everything about it must be possible where it is to be."""
        name = order["instance_name"]
        check_name_unused(name, snapshot)
        _check_groups(order, snapshot)
        check_wiping(snapshot.cluster, order["disks"])
        directory = find_directory(snapshot.cluster, order["disk_template"], name, order["file_storage_dir"])
        instance = yield from read_instance(order, snapshot)
        disks = tuple(read_disk(disk, order["disk_template"]) for disk in order["disks"])
        if order["ip_check"]:
            yield from check_address_unused(order.known[INSTANCE_IP], name)
        instance = yield from self._give(instance)
        primary = yield from choose_node(order, instance, disks, snapshot)
        yield from _keep_locks(primary)
        _check_primary(primary)
        instance = evolve(instance, primary_node=primary.uuid)
        instance = yield from _place(order, instance, primary, snapshot)
        plan = NewInstance(instance, primary, order["disk_template"], disks, directory, snapshot)
        yield from _check_place(order, plan)
        return plan

    def retry(self, order: Order, error: OpPrereqError) -> Order | None:
        """If there was no place on the nodes that could be locked at once, all of them are locked."""
        if error.code != ErrorCode.TEMP_NO_RESOURCES:
            return None
        again = order.with_parameters(opportunistic_locking=False)
        return evolve(again, known={**again.known, IS_RETRY: True})

    def hooks(self, order: Order, plan: NewInstance, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's node; it is described as it is ordered."""
        shown = evolve(plan.instance, admin_state="up" if order["start"] else "down")
        disks = [disk.as_hooks_see_it() for disk in plan.disks]
        env = {"ADD_MODE": order["mode"], **describe_instance(shown, snapshot, (plan.template, disks))}
        nodes = (snapshot.cluster.master_node, plan.primary.uuid)
        return HookPlan("instance-add", "INSTANCE", env, nodes, nodes, op_target=plan.instance.name or "")

    def execute(self, order: Order, plan: NewInstance) -> Effects[object]:
        """Make it; the result names its nodes."""
        yield from make_instance(order, plan, self._random)
        return [plan.primary.name]

    def dry_run_result(self, order: Order, plan: NewInstance) -> object:
        """The UUIDs of its nodes."""
        del order
        return [plan.primary.uuid]

    def _give(self, instance: Instance) -> Effects[Instance]:
        """The instance with UUIDs and MAC addresses for its NICs."""
        nics = []
        for nic in instance.nics:
            with_uuid = yield from give_uuid(nic, self._random)
            nics.append((yield from give_mac(with_uuid, self._random)))
        return evolve(instance, nics=tuple(nics))


def _check_groups(order: Order, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if a node has moved to a group that is not locked."""
    groups, nodes = order.held.get(LockLevel.GROUP), order.held.get(LockLevel.NODE)
    if groups is None or nodes is None:
        return
    current = sorted({snapshot.nodes[uuid].group for uuid in nodes if uuid in snapshot.nodes})
    if not groups.issuperset(current):
        text = (
            f"New instance {order['instance_name']}'s node groups changed since locks were acquired, current groups"
            f" are are '{', '.join(current)}', owning groups '{', '.join(sorted(groups))}'; retry the operation"
        )
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)


def _keep_locks(primary: Node) -> Effects[None]:
    """Give back the locks of all nodes and groups but those of the instance."""
    for level in _NODE_LEVELS:
        yield ReleaseLocks(level, frozenset({primary.uuid}))
    yield ReleaseLocks(LockLevel.GROUP, frozenset({primary.group}))


def _check_primary(node: Node) -> None:
    """Raise OpPrereqError unless a node takes new instances."""
    flaws = {"offline": node.offline, "drained": node.drained, "non-vm_capable": not node.vm_capable}
    for flaw, has_it in flaws.items():
        if has_it:
            raise OpPrereqError(f"Cannot use {flaw} primary node '{node.name}'", ErrorCode.WRONG_STATE)


def _place(order: Order, instance: Instance, primary: Node, snapshot: ClusterSnapshot) -> Effects[Instance]:
    """The instance with addresses and parameters of networks for its NICs."""
    nics = []
    for index, nic in enumerate(instance.nics):
        nics.append((yield from place_nic(index, nic, primary, snapshot, checks=order["conflicts_check"])))
    return evolve(instance, nics=tuple(nics))


def _check_place(order: Order, plan: NewInstance) -> Effects[None]:
    """Its node must take it."""
    instance, primary, snapshot = plan.instance, plan.primary, plan.snapshot
    cluster, group = snapshot.cluster, snapshot.nodegroups[primary.group]
    hypervisor = str(instance.hypervisor)
    if has_exclusive_storage([primary.uuid], snapshot):
        text = f"Disk template {plan.template} not supported with exclusive storage"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    for disk in plan.disks:
        check_spindles(disk.spindles, is_exclusive=False)
    beparams: Mapping[str, Any] = fill_beparams(cluster, instance.beparams) or {}
    if not order["ignore_ipolicy"]:
        check_allocation(group, _find_demand(plan, beparams), snapshot)
    nodes = (primary.uuid,)
    yield from ask_hvparams(hypervisor, instance.hvparams, nodes, snapshot)
    params = fill_system(cluster, instance.os, instance.osparams, instance.osparams_private, order["osparams_secret"])
    yield from validate_system(nodes, instance.os, params, snapshot, force=order["force_variant"])
    if plan.has_disks and not order["no_install"]:
        yield from check_trusted(primary, str(instance.os))
    yield from check_bridges(instance.nics, primary, snapshot)
    _check_compression(order["compress"], cluster.compression_tools)
    if order["start"]:
        own = {**cluster.hvparams.get(hypervisor, EMPTY), **instance.hvparams}
        reason = f"creating instance {instance.name}"
        yield from check_memory(primary, reason, int(beparams["maxmem"]), hypervisor, own)


def _find_demand(plan: NewInstance, beparams: Mapping[str, Any]) -> Demand:
    return Demand(
        memory=beparams.get("maxmem"),
        cpus=beparams.get("vcpus"),
        nics=len(plan.instance.nics),
        spindle_use=beparams.get("spindle_use"),
        disk_sizes=tuple(disk.size for disk in plan.disks),
        templates=(plan.template,) * len(plan.disks),
    )


def _check_compression(tool: str, allowed: tuple[str, ...]) -> None:
    if tool != "none" and tool not in allowed:
        raise OpPrereqError(f"Compression tool not allowed, tools allowed are [{', '.join(allowed)}]")
