"""OP_CLUSTER_SET_PARAMS.

As in Ganeti 3.0, the cluster is written three times, and once more for each of the volume group, DRBD's program,
compression tools and the network for instances to talk by, where these change.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.changes import ClusterStep, step_cluster, update_cluster
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._addresses import normalize_mac_prefix
from ganeti_lite.masterd.units._candidates import fill_pool
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, Tell
from ganeti_lite.masterd.units._kvmd import ensure_kvmd
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot

from ._guests import change_list, merge_guests
from ._master_ip import prepare_address, restore_address
from ._network import choose_network, judge_network
from ._parameters import merge_parameters
from ._settings import check_allocator, check_arguments, merge_settings
from ._storage import DIRECTORIES, Templates, check_storage


@frozen
class ClusterChange:
    """What becomes of the cluster.

    :ivar templates: the disk templates that are enabled then, None if that stays as it is.
    :ivar attributes: those that change, but for storage.
    """

    snapshot: ClusterSnapshot
    templates: tuple[str, ...] | None
    attributes: Mapping[str, Any]


class ClusterSetParams(LogicalUnit[ClusterChange]):
    """Changes the cluster's settings and default parameters; an order that changes nothing is fine."""

    op_id = "OP_CLUSTER_SET_PARAMS"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The arguments must be such that can be meant."""
        check_arguments(order, snapshot.cluster)
        prefix = order["mac_prefix"]
        return order.with_parameters(mac_prefix=normalize_mac_prefix(prefix)) if prefix else order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """All instances, groups and nodes are looked at."""
        del order, snapshot
        is_looked_at = level in (LockLevel.INSTANCE, LockLevel.GROUP, LockLevel.NODE)
        return LockWish(None, LockMode.SHARED) if is_looked_at else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[ClusterChange]:
        """Whether all of it can be; nodes are asked where only they know."""
        templates = Templates.of(order, snapshot)
        yield from check_storage(order, templates, snapshot)
        attributes = yield from merge_parameters(order, templates, snapshot)
        attributes.update((yield from merge_guests(order, snapshot)))
        attributes.update(merge_settings(order, snapshot.cluster))
        yield from check_allocator(order, snapshot)
        yield from judge_network(order["instance_communication_network"], snapshot)
        return ClusterChange(snapshot, templates.after if order["enabled_disk_templates"] else None, attributes)

    def hooks(self, order: Order, plan: ClusterChange, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master."""
        del plan
        cluster = snapshot.cluster
        master = (cluster.master_node,)
        env = {"NEW_VG_NAME": str(order["vg_name"])}
        return HookPlan("cluster-modify", "CLUSTER", env, master, master, op_target=cluster.cluster_name)

    def execute(self, order: Order, plan: ClusterChange) -> Effects[object]:
        """Write it, and have the nodes know."""
        snapshot = yield from _write_storage(order, plan)
        lists = {}
        for name, kind in (("hidden_os", "hidden"), ("blacklisted_os", "blacklisted")):
            if order[name]:
                lists[name] = yield from change_list(getattr(snapshot.cluster, name), order[name], kind)
        yield from prepare_address(order, snapshot.cluster)
        before = snapshot.cluster
        snapshot = yield _change({**plan.attributes, **lists})
        if order["candidate_pool_size"] is not None:
            snapshot = yield from fill_pool(snapshot)
        yield from restore_address(order, snapshot.cluster)
        has_switched = snapshot.cluster.enabled_user_shutdown is not before.enabled_user_shutdown
        if order["enabled_hypervisors"] is not None or has_switched:
            had_kvm = "kvm" in {*before.enabled_hypervisors, *snapshot.cluster.enabled_hypervisors}
            yield from ensure_kvmd(snapshot, snapshot.nodes, is_silent=not had_kvm)
        if order["compression_tools"] is not None:
            snapshot = yield _set_alone("compression_tools", tuple(order["compression_tools"]), ClusterStep.NONE)
        network = order["instance_communication_network"]
        return None if network is None else (yield from choose_network(network, snapshot))


def _change(attributes: Mapping[str, Any]) -> ChangeConfig:
    """Other attributes of the cluster, with its serial number and time stepped."""
    return ChangeConfig(lambda newest, now: update_cluster(newest, evolve(newest.cluster, **attributes), now))


def _set_alone(name: str, value: object, step: ClusterStep) -> ChangeConfig:
    """One attribute of the cluster, by itself."""

    def change(newest: ClusterSnapshot, now: float) -> ClusterSnapshot:
        changed: dict[str, Any] = {name: value}
        return step_cluster(evolve(newest, cluster=evolve(newest.cluster, **changed)), step, now)

    return ChangeConfig(change)


def _write_storage(order: Order, plan: ClusterChange) -> Effects[ClusterSnapshot]:
    snapshot: ClusterSnapshot = yield _change(
        {} if plan.templates is None else {"enabled_disk_templates": plan.templates}
    )
    group = order["vg_name"]
    if group is not None and (group or None) != snapshot.cluster.volume_group_name:
        snapshot = yield _set_alone("volume_group_name", group or None, ClusterStep.SERIAL)
    elif group is not None:
        yield Tell("Cluster LVM configuration already in desired state, not changing")
    directories = {name: order[name] for name in DIRECTORIES if order[name] is not None}
    for name, word in (("file_storage_dir", "file"), ("shared_file_storage_dir", "shared file")):
        if name in directories and directories[name] == getattr(snapshot.cluster, name):
            yield Tell(f"Global {word} storage dir already set to value '{directories[name]}'")
    snapshot = yield _change(directories)
    return (yield from _write_helper(order["drbd_helper"], snapshot))


def _write_helper(helper: str | None, snapshot: ClusterSnapshot) -> Effects[ClusterSnapshot]:
    if helper is None:
        return snapshot
    if "drbd" not in snapshot.cluster.enabled_disk_templates:
        yield Tell("Note that you specified a drbd user helper, but did not enable the drbd disk template.")
    if (helper or None) == snapshot.cluster.drbd_usermode_helper:
        yield Tell("Cluster DRBD helper already in desired state, not changing")
        return snapshot
    after: ClusterSnapshot = yield _set_alone("drbd_usermode_helper", helper or None, ClusterStep.SERIAL)
    return after
