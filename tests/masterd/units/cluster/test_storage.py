"""The cluster's kinds of storage: what must be there before they change."""

from typing import Final

import pytest
from attrs import evolve

from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3, SNAPSHOT
from tests.masterd.units.scripted import Answer, by_node, prereq

from .scene import NO_LVM, VM_NODES, Refusal, check_refusal, set_params


def test_the_volume_group_is_written_by_itself() -> None:
    """Nodes must have the new volume group; those that do not answer are told."""
    answer = {NODE1: {"vg": 30000.0}, NODE2: RpcFailure("down"), NODE3: {"vg": 20480}}
    changed = set_params(vg_name="vg", answers={"vg_list": by_node(answer)})
    assert changed.succeeded.cluster.volume_group_name == "vg"
    assert changed.called == [("vg_list", VM_NODES)]
    assert changed.log == [" - WARNING: Error while gathering data on node node2.example.org (ignoring node): down"]
    assert changed.steps == ["cluster serial +4", "cluster time"]


def test_the_helper_of_drbd_must_be_everywhere() -> None:
    """All nodes must have the same helper; it is written by itself."""
    changed = set_params(drbd_helper="/sbin/drbd", answers={"drbd_helper": "/sbin/drbd"})
    assert changed.succeeded.cluster.drbd_usermode_helper == "/sbin/drbd"
    assert changed.called == [("drbd_helper", VM_NODES)]
    assert changed.steps == ["cluster serial +4", "cluster time"]
    away = SNAPSHOT.nodes.replaced({NODE3: evolve(SNAPSHOT.nodes[NODE3], offline=True)})
    told = set_params(evolve(SNAPSHOT, nodes=away), {"drbd_helper": "/sbin/drbd"}, drbd_helper="/sbin/drbd").log
    assert told == [" - INFO: Not checking drbd helper on offline node node3.example.org"]


def test_templates_are_enabled() -> None:
    """What is needed for a template must be there before it is enabled."""
    changed = set_params(NO_LVM, {"vg_list": {"vg": 30000}}, enabled_disk_templates=["file", "plain"], vg_name="vg")
    assert changed.succeeded.cluster.enabled_disk_templates == ("file", "plain")
    assert changed.called == [("vg_list", VM_NODES)]


_EXT: Final = next(disk for disk in SNAPSHOT.disks.values() if disk.dev_type == "ext")


@pytest.mark.parametrize(
    "refusal",
    [
        (
            SNAPSHOT,
            {},
            {"enabled_disk_templates": ["drbd", "plain", "file", "sharedfile", "blockdev", "diskless"]},
            prereq(
                "Cannot disable disk template 'ext', because there is at least one disk using it:"
                f"\n * {_EXT.name or _EXT.uuid} (on pvm.example.org)",
                "wrong_state",
            ),
        ),
        (
            evolve(SNAPSHOT, disks={}),
            {},
            {"enabled_disk_templates": ["drbd", "plain", "file"]},
            prereq(
                "Cannot disable disk template 'diskless', because there is at least one instance using it:"
                "\n * thin.example.org",
                "wrong_state",
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"vg_name": ""},
            prereq("Cannot unset volume group if lvm-based disk templates are or get enabled."),
        ),
        (
            NO_LVM,
            {},
            {"enabled_disk_templates": ["plain"]},
            prereq("Please specify a volume group when enabling lvm-based disk-templates."),
        ),
        (
            evolve(NO_LVM, disks=SNAPSHOT.disks),
            {},
            {"vg_name": ""},
            prereq("Cannot disable lvm storage while lvm-based instances exist"),
        ),
        (
            SNAPSHOT,
            {"vg_list": {}},
            {"vg_name": "vg"},
            prereq("Error on node 'node1.example.org': volume group 'vg' missing", "environment_error"),
        ),
        (
            SNAPSHOT,
            {"vg_list": {"vg": 10.5}},
            {"vg_name": "vg"},
            prereq(
                "Error on node 'node1.example.org': volume group 'vg' too small (20480 MiB required, 10 MiB found)",
                "environment_error",
            ),
        ),
        (
            SNAPSHOT,
            {},
            {"file_storage_dir": ""},
            prereq("Unsetting the 'file' storage directory while having 'file' storage enabled is not permitted."),
        ),
        (
            SNAPSHOT,
            {},
            {"drbd_helper": ""},
            prereq("Cannot disable drbd helper while DRBD is enabled.", "wrong_state"),
        ),
        (
            evolve(NO_LVM, disks=SNAPSHOT.disks),
            {},
            {"drbd_helper": ""},
            prereq("Cannot disable drbd helper while drbd-based instances exist"),
        ),
        (
            SNAPSHOT,
            {"drbd_helper": "/bin/false"},
            {"drbd_helper": "/bin/true"},
            prereq("Error on node 'node1.example.org': drbd helper is /bin/false", "environment_error"),
        ),
        (
            SNAPSHOT,
            {"drbd_helper": RpcFailure("down")},
            {"drbd_helper": "/bin/true"},
            prereq("Error checking drbd helper on node 'node1.example.org': down", "environment_error"),
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(refusal: Refusal) -> None:
    """What is wrong is said, and nothing is written."""
    check_refusal(*refusal)


def test_drbd_needs_its_helper() -> None:
    """DRBD is enabled only with a helper that all nodes have."""
    bare = evolve(NO_LVM, instances=NO_LVM.instances.replaced({}, list(NO_LVM.instances)))
    given = {"enabled_disk_templates": ["file", "drbd"], "vg_name": "vg"}
    answers: dict[str, Answer] = {"vg_list": {"vg": 30000}, "drbd_helper": "/bin/true"}
    text = "Cannot enable DRBD without a DRBD usermode helper set."
    assert set_params(bare, answers, **given).failure == prereq(text, "wrong_state")
    known = evolve(bare, cluster=evolve(bare.cluster, drbd_usermode_helper="/bin/true"))
    assert set_params(known, answers, **given).called == [("vg_list", VM_NODES), ("drbd_helper", VM_NODES)]
