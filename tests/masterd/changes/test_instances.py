"""Instances and their disks: added, removed, renamed, marked."""

import pytest
from attrs import evolve

from ganeti_lite.errors import ConfigurationError, GenericError, ReservationError
from ganeti_lite.masterd import changes
from ganeti_lite.masterd.changes import DOWN, OFFLINE, UP, USER_DOWN, InstanceMark
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, Nic
from tests.masterd.small_cluster import DB, LAN, LUN, MAIL, NEW, NOW, SHARED, SNAPSHOT, THIN, WEB, disk, instance


def bits(snapshot: ClusterSnapshot, network: str = LAN) -> str:
    """The addresses that instances have of a network."""
    return snapshot.networks[network].reservations or ""


@pytest.mark.parametrize(
    ("uuid", "mark", "expected"),
    [
        (DB, UP, ("up", True, "admin")),
        (WEB, DOWN, ("down", True, "admin")),
        (WEB, USER_DOWN, ("down", True, "user")),
        (DB, OFFLINE, ("offline", False, "admin")),
        (LUN, DOWN, ("down", False, "admin")),
    ],
)
def test_marks(uuid: str, mark: InstanceMark, expected: tuple[object, ...]) -> None:
    """A mark sets what it says and leaves the rest."""
    item = changes.mark_instance(SNAPSHOT, uuid, mark, NOW).instances[uuid]
    assert (item.admin_state, item.disks_active, item.admin_state_source) == expected


def test_a_mark_that_changes_nothing_gives_the_same_snapshot() -> None:
    """Then there is nothing to write."""
    assert changes.mark_instance(SNAPSHOT, WEB, UP, NOW) is SNAPSHOT
    with pytest.raises(ConfigurationError, match=f"Could not find instance with UUID {NEW}"):
        changes.mark_instance(SNAPSHOT, NEW, UP, NOW)


def test_an_instance_takes_and_gives_back_its_addresses_and_port() -> None:
    """The addresses of its NICs in networks are taken with it, and free again without it; so is its port."""
    nics = (Nic("aa:00:00:00:00:99", "n1", "203.0.113.9", network=LAN), Nic("aa:00:00:00:00:9a", "n2", "192.0.2.77"))
    added = changes.add_instance(SNAPSHOT, Instance(NEW, 1, "new", nics=nics, network_port=11009), NOW)
    assert [index for index, bit in enumerate(bits(added)) if bit != bits(SNAPSHOT)[index]] == [9]
    removed = changes.remove_instance(added, NEW, NOW)
    assert bits(removed) == bits(SNAPSHOT)
    assert removed.cluster.tcpudp_port_pool == (11009, *SNAPSHOT.cluster.tcpudp_port_pool)
    assert removed.networks[LAN] == SNAPSHOT.networks[LAN]


def test_two_instances_cannot_have_one_mac() -> None:
    """An instance with a MAC address of another one is refused."""
    with pytest.raises(ConfigurationError, match="MAC addresses aa:00:0c:00:00:01 already in use"):
        changes.add_instance(SNAPSHOT, Instance(NEW, 1, "new", nics=(Nic("aa:00:0c:00:00:01", "n"),)), NOW)


@pytest.mark.parametrize(
    ("uuid", "path"), [(MAIL, "/srv/files/post.example.org/disk0"), (SHARED, "/srv/shared/post.example.org/disk0")]
)
def test_a_renamed_instance_takes_its_files_along(uuid: str, path: str) -> None:
    """The directory of its file disks is called by its new name; the disks are not stepped."""
    after = changes.rename_instance(SNAPSHOT, uuid, "post.example.org", NOW)
    (name,) = after.instances[uuid].disks
    assert after.disks[name] == evolve(SNAPSHOT.disks[name], logical_id=("loop", path))
    assert after.instances.find("post") == (after.instances[uuid],)


def test_other_disks_stay_where_they_are_when_their_instance_is_renamed() -> None:
    """A logical volume is not called by its instance."""
    assert changes.rename_instance(SNAPSHOT, DB, "base.example.org", NOW).disks is SNAPSHOT.disks


@pytest.mark.parametrize(("index", "order"), [(None, "abN"), (2, "abN"), (0, "Nab"), (1, "aNb")])
def test_disks_are_added_where_they_belong(index: int | None, order: str) -> None:
    """The disks behind a new one are called by their new index, without being stepped."""
    before = instance(WEB).disks
    names = {"a": before[0], "b": before[1], "N": NEW}
    after = changes.add_disk(SNAPSHOT, WEB, disk(), NOW, index)
    assert after.instances[WEB].disks == tuple(names[letter] for letter in order)
    assert [after.disks[uuid].iv_name for uuid in after.instances[WEB].disks] == ["disk/0", "disk/1", "disk/2"]
    assert [after.disks[uuid].serial_no for uuid in before] == [SNAPSHOT.disks[uuid].serial_no for uuid in before]


def test_a_new_disk_is_made_now_with_all_below_it() -> None:
    """Its times and its children's are now, whatever the unit has put there."""
    mirrored = evolve(disk(), dev_type="drbd", children=(Disk("c1"), Disk("c2", serial_no=5)))
    made = changes.add_disk(SNAPSHOT, THIN, mirrored, NOW).disks[NEW]
    assert {(item.serial_no, item.ctime, item.mtime) for item in (made, *made.children)} == {(1, NOW, NOW)}
    assert next(iter(changes.add_disk(SNAPSHOT, THIN, disk("0"), NOW).disks)) == "0"


@pytest.mark.parametrize(
    ("index", "message"),
    [(-1, "Not accepting negative indices"), (3, "Got disk index 3, but there are only 2")],
)
def test_there_must_be_such_an_index(index: int, message: str) -> None:
    """A disk is added within the instance's disks or behind them."""
    with pytest.raises(GenericError, match=message):
        changes.add_disk(SNAPSHOT, WEB, disk(), NOW, index)


def test_a_disk_belongs_to_one_instance() -> None:
    """A disk that an instance has is neither attached to another one nor removed through it."""
    (uuid,) = instance(MAIL).disks
    with pytest.raises(ReservationError, match=rf"Disk {uuid} already attached to instance mail\.example\.org"):
        changes.attach_disk(SNAPSHOT, WEB, uuid, NOW)
    with pytest.raises(ConfigurationError, match="Disk is attached to an instance"):
        changes.remove_disk(SNAPSHOT, WEB, uuid, NOW)
    detached = changes.detach_disk(SNAPSHOT, MAIL, uuid, NOW)
    assert changes.attach_disk(detached, THIN, uuid, NOW).instances[THIN].disks == (uuid,)


def test_the_disks_behind_a_removed_one_move_up() -> None:
    """They are called by their new index."""
    first, second = instance(WEB).disks
    after = changes.remove_disk(SNAPSHOT, WEB, first, NOW)
    assert after.instances[WEB].disks == (second,)
    assert after.disks[second].iv_name == "disk/0"
    assert first not in after.disks
    assert changes.detach_disk(after, WEB, first, NOW) is after
    assert changes.remove_disk(after, WEB, first, NOW) is after
