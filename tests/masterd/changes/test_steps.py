"""Every change steps the serial numbers and times that it steps in Ganeti 3.0, and no others."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from attrs import evolve

from ganeti_lite.masterd import changes
from ganeti_lite.masterd.changes import DISKS_ACTIVE, DISKS_INACTIVE, DOWN, OFFLINE, UP
from ganeti_lite.snapshot import ClusterSnapshot, FilterRule, Instance, Network, Nic, Node, NodeGroup
from tests.masterd.small_cluster import (
    BACK,
    DB,
    GROUP1,
    GROUP2,
    LAN,
    MAIL,
    NEW,
    NODE1,
    NODE2,
    NODE3,
    NOW,
    SNAPSHOT,
    THIN,
    WEB,
    disk,
    instance,
    list_steps,
)

Change = Callable[[ClusterSnapshot, float], ClusterSnapshot]

NEW_NODE = Node(NEW, 7, "node9.example.org", "192.0.2.9", "192.0.2.9", GROUP1)
NEW_GROUP = NodeGroup(NEW, "rack9", serial_no=7)
NEW_NETWORK = Network(NEW, 7, "new", "192.0.2.64/26")
NEW_INSTANCE = Instance(NEW, 7, "new.example.org", nics=(Nic("aa:00:00:00:00:99", "n", "203.0.113.9", network=LAN),))
RULE = FilterRule(NEW, 1, 1, (), "PAUSE")


def at(change: Callable[..., ClusterSnapshot], *arguments: object) -> Change:
    """A change of these arguments, whose last one is the time."""
    return lambda snapshot, now: change(snapshot, *arguments, now)


def tagged(table: str, uuid: str) -> Change:
    """An object of the table gets a tag."""
    return lambda snapshot, now: changes.update(snapshot, evolve(getattr(snapshot, table)[uuid], tags=("x",)), now)


def tag_cluster(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """The cluster gets a tag."""
    return changes.update_cluster(snapshot, evolve(snapshot.cluster, tags=("x",)), now)


def resize_disk(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """A disk grows."""
    uuid = instance(WEB).disks[0]
    return changes.update(snapshot, evolve(snapshot.disks[uuid], size=99), now)


BOTH = ("serial +1", "time")

STEPS: list[tuple[str, Change, list[str]]] = [
    ("update cluster", tag_cluster, ["cluster serial +1", "cluster time"]),
    (
        "update node",
        tagged("nodes", NODE1),
        ["cluster serial +1", "cluster time", "nodes serial +1", "nodes time"],
    ),
    ("update group", tagged("nodegroups", GROUP1), ["nodegroups serial +1", "nodegroups time"]),
    ("update instance", tagged("instances", WEB), ["instances serial +1", "instances time"]),
    ("update network", tagged("networks", LAN), ["networks serial +1", "networks time"]),
    ("update disk", resize_disk, ["disks serial +1", "disks time"]),
    ("add node", at(changes.add, NEW_NODE), ["cluster serial +1", "nodes added"]),
    ("add group", at(changes.add, NEW_GROUP), ["cluster serial +1", "nodegroups added"]),
    ("add network", at(changes.add, NEW_NETWORK), ["cluster serial +1", "networks added"]),
    ("add rule", at(changes.add, RULE), ["filters added"]),
    ("add instance", at(changes.add_instance, NEW_INSTANCE), ["instances added"]),
    (
        "add disk",
        lambda snapshot, now: changes.add_disk(snapshot, THIN, disk(), now),
        ["disks added", "file serial +1", "instances serial +1", "instances time"],
    ),
    ("remove node", at(changes.remove, SNAPSHOT.nodes[NODE3]), ["cluster serial +1", "nodes removed"]),
    ("remove group", at(changes.remove, SNAPSHOT.nodegroups[GROUP2]), ["cluster serial +1", "nodegroups removed"]),
    ("remove network", at(changes.remove, SNAPSHOT.networks[LAN]), ["cluster serial +1", "networks removed"]),
    (
        "remove instance",
        at(changes.remove_instance, WEB),
        ["cluster serial +1", "cluster time", "instances removed"],
    ),
    (
        "remove disk",
        at(changes.remove_disk, WEB, instance(WEB).disks[0]),
        ["cluster serial +1", "cluster time", "disks removed", "instances serial +1", "instances time"],
    ),
    (
        "detach disk",
        at(changes.detach_disk, WEB, instance(WEB).disks[0]),
        ["instances serial +1", "instances time"],
    ),
    ("rename instance", at(changes.rename_instance, MAIL, "post.example.org"), ["cluster serial +1"]),
    ("mark up", at(changes.mark_instance, DB, UP), ["instances serial +1", "instances time"]),
    ("mark up again", at(changes.mark_instance, WEB, UP), []),
    ("mark down", at(changes.mark_instance, WEB, DOWN), ["instances serial +1", "instances time"]),
    ("mark disks", at(changes.mark_instance, WEB, DISKS_INACTIVE), ["instances serial +1", "instances time"]),
    (
        "assign nodes",
        at(changes.assign_to_groups, {NODE1: GROUP2, NODE2: GROUP2, NODE3: GROUP2}),
        ["cluster serial +1", *[f"nodegroups {step}" for step in BOTH] * 2, *[f"nodes {step}" for step in BOTH] * 2],
    ),
    ("assign nobody", at(changes.assign_to_groups, {NODE3: GROUP2}), ["cluster serial +1"]),
    ("take a port", lambda snapshot, _: changes.take_port(snapshot, 11001), []),
    ("commit addresses", lambda snapshot, _: changes.commit_addresses(snapshot, [(LAN, "203.0.113.9")]), []),
]


@pytest.mark.parametrize(("change", "steps"), [each[1:] for each in STEPS], ids=[each[0] for each in STEPS])
def test_steps(change: Change, steps: list[str]) -> None:
    """One change alone; the file's own step, which the writer adds, is not among them."""
    assert list_steps(SNAPSHOT, change(SNAPSHOT, NOW)) == sorted(steps)


def test_what_is_added_begins_anew() -> None:
    """Whatever serial number and times it had: they are 1 and now."""
    for item in (NEW_NODE, NEW_GROUP, NEW_NETWORK):
        after = changes.add(SNAPSHOT, item, NOW)
        (table,) = [table for table in (after.nodes, after.nodegroups, after.networks) if NEW in table]
        assert (table[NEW].serial_no, table[NEW].ctime, table[NEW].mtime) == (1, NOW, NOW)
    made = changes.add_instance(SNAPSHOT, NEW_INSTANCE, NOW).instances[NEW]
    assert (made.serial_no, made.ctime, made.mtime) == (1, NOW, NOW)


def add_new(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """An instance without disks is created."""
    return changes.add_instance(snapshot, NEW_INSTANCE, now)


def add_its_disk(snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    """It gets one."""
    return changes.add_disk(snapshot, NEW, disk("d"), now)


def remove_disks(uuid: str) -> list[Change]:
    """Every disk of an instance is removed."""
    return [partial(_remove, uuid, each) for each in instance(uuid).disks]


def _remove(uuid: str, each: str, snapshot: ClusterSnapshot, now: float) -> ClusterSnapshot:
    return changes.remove_disk(snapshot, uuid, each, now)


JOBS: list[tuple[str, Sequence[Change], int, int]] = [
    ("set a tag", [tagged("instances", WEB)], 1, 0),
    ("startup", [at(changes.mark_instance, DB, UP)], 1, 0),
    ("startup of a running one", [at(changes.mark_instance, WEB, UP)], 0, 0),
    ("shutdown", [at(changes.mark_instance, WEB, mark) for mark in (DOWN, DISKS_INACTIVE)], 2, 0),
    ("offline", [tagged("instances", DB), at(changes.mark_instance, DB, OFFLINE)], 2, 0),
    (
        "rename",
        [
            at(changes.rename_instance, DB, "base.example.org"),
            *[at(changes.mark_instance, DB, mark) for mark in (DISKS_ACTIVE, DISKS_INACTIVE)],
        ],
        3,
        1,
    ),
    ("create a diskless one", [add_new], 1, 0),
    ("create one with a file and start it", [add_new, add_its_disk, at(changes.mark_instance, NEW, UP)], 4, 0),
    (
        "add a disk",
        [lambda snapshot, now: changes.add_disk(snapshot, BACK, disk("d"), now), tagged("instances", BACK)],
        3,
        0,
    ),
    ("remove a diskless one", [at(changes.remove_instance, THIN)], 1, 1),
    ("remove one with two disks", [*remove_disks(WEB), at(changes.remove_instance, WEB)], 3, 3),
]
"""Changes that a job makes, and by how much the file's and the cluster's serial numbers were seen to rise with it."""


@pytest.mark.parametrize(
    ("steps", "file", "cluster"), [each[1:] for each in JOBS], ids=[each[0].replace(" ", "_") for each in JOBS]
)
def test_steps_of_jobs(steps: Sequence[Change], file: int, cluster: int) -> None:
    """A job's changes, each written, move both serial numbers as the same job of Ganeti 3.0 does."""
    snapshot = SNAPSHOT
    for change in steps:
        after = change(snapshot, NOW)
        snapshot = snapshot if after is snapshot else evolve(after, serial_no=after.serial_no + 1)
    risen = (snapshot.serial_no - SNAPSHOT.serial_no, snapshot.cluster.serial_no - SNAPSHOT.cluster.serial_no)
    assert risen == (file, cluster)


def test_the_serial_number_of_a_new_instance_with_a_disk() -> None:
    """Once its disk is there and it is marked up, it is at 3, as seen on a real cluster."""
    snapshot = SNAPSHOT
    for change in (add_new, add_its_disk, at(changes.mark_instance, NEW, UP)):
        snapshot = change(snapshot, NOW)
    assert snapshot.instances[NEW].serial_no == 3
