"""OP_INSTANCE_SET_PARAMS: parameters, NICs, disks and state of an instance changed.

Source: what Ganeti 3.0 does, in its order. Disks become others, or go to other nodes, only there; so does what is
plugged in or out of an instance that runs.
"""

from collections.abc import Mapping
from os import urandom
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpExecError, OpPrereqError
from ganeti_lite.masterd.changes import DOWN, OFFLINE, commit_addresses, update
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.resources import RandomBytes
from ganeti_lite.masterd.units._effects import (
    CallNodes,
    ChangeConfig,
    Effects,
    HookPlan,
    ReleaseLocks,
    Tell,
    info,
    warning,
)
from ganeti_lite.masterd.units._hypervisors import check_not_global
from ganeti_lite.masterd.units._instances import (
    NOT_RUNNING,
    InstanceUnit,
    check_stopped,
    list_nodes,
    plan_hooks,
    primary_of,
    the_instance,
    wish_for_nodes,
)
from ganeti_lite.masterd.units._ipolicy_violations import Demand, list_violations
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.wire_objects import instance_object
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Node, fill_beparams, fill_ipolicy
from ganeti_lite.wire.noderpc import RpcFailure

from ._changed_parameters import MemoryCheck, change_beparams, change_hvparams, change_osparams, check_cpus
from ._disk_changes import DiskChanges, apply_disk_changes, check_disk_changes, enforce_disk_change
from ._disk_power import mark
from ._metadata import publish_metadata
from ._modifications import Modification, read_modifications
from ._nic_changes import NicChanges, NicEditor, check_nic_change

_CHANGING: Final = (
    "nics",
    "disks",
    "disk_template",
    "hvparams",
    "beparams",
    "os_name",
    "osparams",
    "runtime_mem",
    "pnode",
    "osparams_private",
)
_UNSUPPORTED: Final[Mapping[str, str]] = {
    "disk_template": "changing the disk template",
    "pnode": "changing the primary node",
    "hotplug": "hotplugging",
}
_TIMEOUT: Final = 900.0
_NICS: Final = "nics"
_DISKS: Final = "disks"


@frozen
class Changes:
    """What is to become of an instance.

    :ivar instance: as it will be, but for its disks and state.
    """

    instance: Instance
    nics: NicChanges
    disks: DiskChanges
    warnings: tuple[str, ...]
    snapshot: ClusterSnapshot


class InstanceSetParams(InstanceUnit[Changes]):
    """Changes an instance; what runs keeps its old parameters until it is started again.

    :param random: where MAC addresses and UUIDs come from.
    """

    op_id = "OP_INSTANCE_SET_PARAMS"

    def __init__(self, random: RandomBytes = urandom) -> None:
        self._random = random

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """There must be something to change, in a way that is supported."""
        del snapshot
        is_switched = order["offline"] is not None or order["instance_communication"] is not None
        if not is_switched and not any(order[name] for name in _CHANGING):
            raise OpPrereqError("No changes submitted")
        for name, what in _UNSUPPORTED.items():
            if order[name]:
                raise OpPrereqError(f"Modifying instances: {what} is not supported by this master daemon")
        if order["instance_communication"] is not None:
            text = "Modifying instances: instance communication is not supported by this master daemon"
            raise OpPrereqError(text)
        check_not_global(order["hvparams"])
        disks = tuple(map(enforce_disk_change, read_modifications("disk", order["disks"])))
        nics = tuple(map(check_nic_change, read_modifications("NIC", order["nics"])))
        if order["hotplug_if_possible"]:
            yield warning("Hotplugging is not supported by this master daemon")
            yield info("Modification will take place without hotplugging.")
        return evolve(order, known={**order.known, _NICS: nics, _DISKS: disks})

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """The instance and its nodes; its groups as they are."""
        if level is LockLevel.GROUP:
            nodes = list_nodes(the_instance(order, snapshot), snapshot)
            return LockWish(frozenset(snapshot.nodes[uuid].group for uuid in nodes), LockMode.SHARED)
        return super().lock(order, level, snapshot) or wish_for_nodes(order, level, snapshot, LockLevel.NODE)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Changes]:
        """Each change must be possible, and the policy of its group must let it through."""
        before = the_instance(order, snapshot)
        primary = primary_of(before, snapshot)
        disk_changes: tuple[Modification, ...] = order.known[_DISKS]
        disks = yield from check_disk_changes(order, before, disk_changes, snapshot)
        yield from _check_switch(order, before, snapshot)
        after = yield from change_hvparams(order, before, snapshot)
        after = change_beparams(order, after)
        yield from check_cpus(order, after, snapshot)
        after = yield from change_osparams(order, after, snapshot)
        warnings = yield from MemoryCheck(before, after, snapshot).run(order)
        editor = NicEditor(primary, snapshot, self._random, checks=order["conflicts_check"], force=order["force"])
        nics = yield from editor.apply(before, order.known[_NICS])
        after = evolve(after, nics=nics.nics)
        if not order["ignore_ipolicy"]:
            _check_policy(order, after, primary, disks, snapshot)
        return Changes(after, nics, disks, (*warnings, *nics.warnings), snapshot)

    def hooks(self, order: Order, plan: Changes, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master and the instance's nodes; it is described with its new memory, CPUs and NICs."""
        now = snapshot.instances.get(plan.instance.uuid, plan.instance)
        shown = evolve(now, nics=plan.instance.nics, beparams=plan.instance.beparams)
        env = {"RUNTIME_MEMORY": str(order["runtime_mem"])} if order["runtime_mem"] else {}
        return plan_hooks("instance-modify", shown, snapshot, env)

    def execute(self, order: Order, plan: Changes) -> Effects[object]:
        """Make the changes; the result says which there were."""
        for text in plan.warnings:
            yield Tell(f"WARNING: {text}")
        described: list[list[Any]] = []
        if order["runtime_mem"]:
            yield from _balloon(order, plan)
            described.append(["runtime_memory", order["runtime_mem"]])
        uuid = plan.instance.uuid
        described += yield from apply_disk_changes(order, uuid, plan.disks, plan.snapshot, self._random)
        yield ReleaseLocks(LockLevel.NODE)
        described += _describe(order, plan)
        snapshot = yield from _write_in_turn(plan)
        if order["offline"] is not None:
            snapshot = yield mark(plan.instance, OFFLINE if order["offline"] else DOWN)
            described.append(["admin_state", "offline" if order["offline"] else "down"])
        yield from publish_metadata(snapshot.instances[uuid])
        return described


def _check_switch(order: Order, instance: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """An instance that is switched offline, or back, must not run."""
    if order["offline"] is None:
        return
    task = (
        "can't change to offline without being down first"
        if order["offline"]
        else "can't change to online (down) without being offline first"
    )
    yield from check_stopped(instance, snapshot, task, *NOT_RUNNING)


def _check_policy(order: Order, after: Instance, primary: Node, disks: DiskChanges, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if the policy of its group does not let the instance through as it will be."""
    group = snapshot.nodegroups[primary.group]
    policy = fill_ipolicy(snapshot.cluster, group)
    new: Mapping[str, Any] = (fill_beparams(snapshot.cluster, after.beparams) or {}) if order["beparams"] else {}
    texts = [
        text
        for memory in ("maxmem", "minmem")
        for text in list_violations(
            policy,
            Demand(
                memory=new.get(memory),
                cpus=new.get("vcpus"),
                nics=len(after.nics),
                spindle_use=new.get("spindle_use"),
                disk_sizes=disks.sizes,
                templates=disks.kinds,
            ),
        )
    ]
    if texts:
        place = f"{group.uuid} ({group.name})"
        reasons = ", ".join(dict.fromkeys(texts))
        raise OpPrereqError(f"Instance allocation to group {place} violates policy: {reasons}")


def _balloon(order: Order, plan: Changes) -> Effects[None]:
    uuid = str(plan.instance.primary_node)
    before = plan.snapshot.instances[plan.instance.uuid]
    shown = instance_object(plan.snapshot, before, uuid)
    arguments = {uuid: [shown, order["runtime_mem"]]}
    results = yield CallNodes("instance_balloon_memory", arguments, _TIMEOUT)
    result = results[uuid]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Cannot modify instance runtime memory: {result.reason}")


def _describe(order: Order, plan: Changes) -> list[list[Any]]:
    """What has changed but for memory, disks and state, as it was ordered."""
    described = [*plan.nics.described]
    for prefix, name in (("hv", "hvparams"), ("be", "beparams"), ("os", "osparams")):
        described += [[f"{prefix}/{key}", value] for key, value in (order[name] or {}).items()]
    hidden = order["osparams_private"] or {}
    return described + [[f"os_private/{key}", f"Private(?, descr='{key}')"] for key in hidden]


def _write_in_turn(plan: Changes) -> Effects[ClusterSnapshot]:
    """Write the instance, and the networks whose addresses it takes or gives back: by themselves, as Ganeti does.

    In this order no address is ever free that an instance has.
    """
    taken, released = plan.nics.taken, plan.nics.released
    if taken:
        yield ChangeConfig(lambda newest, _: commit_addresses(newest, taken))
    at_once = released if taken else ()
    snapshot: ClusterSnapshot = yield ChangeConfig(
        lambda newest, now: commit_addresses(_write(plan, newest, now), released=at_once)
    )
    if released and not taken:
        snapshot = yield ChangeConfig(lambda newest, _: commit_addresses(newest, released=released))
    return snapshot


def _write(plan: Changes, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """All that has changed about the instance itself."""
    new = plan.instance
    newest = evolve(
        snapshot.instances[new.uuid],
        nics=new.nics,
        hvparams=new.hvparams,
        beparams=new.beparams,
        os=new.os,
        osparams=new.osparams,
        osparams_private=new.osparams_private,
    )
    return update(snapshot, newest, now)
