"""Disks: what the master does with them step by step, and what the node has afterwards."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.simulator.noded import (
    BlockDevice,
    FileStorage,
    FileTree,
    Hardware,
    PhysicalVolume,
    SimulatedNode,
    VolumeGroup,
)

from .asking import UNEXPECTED, Asked
from .objects import DIRECTORY, drbd_disk, file_disk, make_disk, make_instance, plain_disk

PATH = f"{DIRECTORY}/z/a.disk0"
NODE = SimulatedNode(
    "node2.example.com", "127.18.0.11", "b", Hardware(1, 0, 1, 1),
    volume_groups=(VolumeGroup("xenvg", (PhysicalVolume("/dev/sda3", 600, 500), PhysicalVolume("/dev/sdb3", 500))),),
    file_storages=(FileStorage(DIRECTORY, 10_000, 1_000, 7_000),),
    directories=frozenset({f"{DIRECTORY}/z"}),
    files=FileTree("/srv/cluster/node2.example.com"),
)  # fmt: skip
ADDED = f"<Disk(type=file, logical_id=('loop', '{PATH}'), children=[], visible as /dev/disk/0, size=100m)>"
"""How errors call the disk of these tests."""


@pytest.fixture
def node() -> Asked:
    """A node without disks, with room for some."""
    return Asked(NODE)


def create(node: Asked, disk: dict[str, Any], on_primary: bool = True) -> Any:
    """Have a disk made."""
    return node.ask("blockdev_create", disk, disk["size"], "z.example.com", on_primary, "originstname+z", False)


def test_a_file(node: Asked) -> None:
    """It is made, found, measured, and takes place; then all is as before."""
    disk = file_disk()
    assert create(node, disk) == [True, ["loop", PATH]]
    assert node.machine.devices[PATH] == BlockDevice("file", PATH, 100, "", None, True, True, "originstname+z")
    assert node.machine.file_storages == (FileStorage(DIRECTORY, 10_000, 1_100, 6_900),)
    status = {"dev_path": PATH, "is_degraded": False, "ldisk_status": 1}
    assert node.ask("blockdev_find", disk) == [True, status]
    assert node.ask("blockdev_getmirrorstatus", [disk]) == [True, [status]]
    assert node.ask("blockdev_getdimensions", [disk, file_disk("nosuch")]) == [True, [[104_857_600, None], None]]
    assert node.ask("blockdev_remove", disk) == [True, None]
    assert node.machine == NODE
    assert node.ask("blockdev_remove", disk) == [True, None]
    assert node.ask("blockdev_find", disk) == [True, None]


def test_a_volume_takes_the_first_place_that_is_free(node: Asked) -> None:
    """Volumes of the group fill up one after another, and give back likewise."""
    create(node, plain_disk(size=150))
    (group,) = node.machine.volume_groups
    assert [volume.used for volume in group.volumes] == [600, 50]
    status = {"dev_path": "/dev/xenvg/a.disk0", "major": 253, "minor": 0, "is_degraded": False, "ldisk_status": 1}
    assert node.ask("blockdev_find", plain_disk()) == [True, status]
    node.ask("blockdev_remove", plain_disk())
    assert node.machine.volume_groups[0].free == NODE.volume_groups[0].free


def test_a_mirrored_disk(node: Asked) -> None:
    """It needs its two volumes, is there while it is active, and takes them along when it goes."""
    disk = drbd_disk()
    assert create(node, disk)[0] is False
    for part in (*disk["children"], disk):
        assert create(node, part, False)[0] is True
    assert node.ask("blockdev_find", disk)[1]["dev_path"] == "/dev/drbd3"
    assert node.ask("blockdev_shutdown", disk) == [True, None]
    assert node.ask("blockdev_find", disk) == [True, None]
    assert node.ask("blockdev_assemble", disk, make_instance(), False, 0) == [True, ["/dev/drbd3", None, None]]
    assert not node.machine.devices["/dev/drbd3"].is_open
    assert node.ask("blockdev_grow", disk, 50, False, True, False) == [True, None]
    assert node.machine.devices["/dev/xenvg/a.disk0_data"].size == 150
    assert node.ask("blockdev_grow", disk, 50, False, False, False) == [True, None]
    assert node.machine.devices["/dev/drbd3"].size == 150
    node.ask("blockdev_remove", disk)
    assert node.machine.devices == {}


def test_assembling(node: Asked) -> None:
    """On the primary node there are a path and a link; elsewhere nothing happens."""
    disk, instance = file_disk(), make_instance()
    create(node, disk, False)
    assert node.ask("blockdev_assemble", disk, instance, False, 0) == [True, [True, True]]
    assert not node.machine.devices[PATH].is_active
    link = "/srv/cluster/node2.example.com/var/run/ganeti/instance-disks/z.example.com:0"
    assert node.ask("blockdev_assemble", disk, instance, True, 0) == [True, [PATH, link, None]]
    assert node.machine.devices[PATH].is_active
    assert node.ask("blockdev_shutdown", disk) == [True, None]
    assert not node.machine.devices[PATH].is_active
    missing = file_disk("z/nosuch")
    assert node.ask("blockdev_assemble", missing, instance, True, 0) == [
        False, f"Error while assembling disk: {DIRECTORY}/z/nosuch: No such file",
    ]  # fmt: skip


def test_growing_a_file(node: Asked) -> None:
    """Only what bears the data grows, and only in earnest."""
    disk = file_disk()
    create(node, disk)
    for is_dry_run, is_backing_store, size in ((True, True, 100), (False, True, 150), (False, False, 150)):
        assert node.ask("blockdev_grow", disk, 50, is_dry_run, is_backing_store, False) == [True, None]
        assert node.machine.devices[PATH].size == size


def test_what_is_done_with_a_disk(node: Asked) -> None:
    """It is closed, opened, noted and wiped; of all this a missing one knows nothing."""
    disk, missing = file_disk(), file_disk("z/nosuch")
    create(node, disk)
    node.ask("blockdev_close", "z.example.com", [disk])
    assert not node.machine.devices[PATH].is_open
    node.ask("blockdev_open", "z.example.com", [disk], True)
    assert node.machine.devices[PATH].is_open
    node.ask("blockdev_setinfo", disk, "note")
    assert node.machine.devices[PATH].info == "note"
    assert node.ask("blockdev_wipe", disk, 0, 100) == [True, None]
    assert node.ask("blockdev_wipe", disk, 50, 100)[0] is False
    answers = node.ask("blockdev_pause_resume_sync", [disk, missing], True)[1]
    assert [is_done for is_done, _text in answers] == [True, False]
    for call in (("blockdev_close", "z", [missing]), ("blockdev_open", "z", [missing], True)):
        assert node.ask(*call)[0] is False


def test_the_status_of_many_disks(node: Asked) -> None:
    """A missing one fails the call, or only its own part of the other one."""
    node.machine = evolve(NODE, directories=frozenset())
    disk = file_disk()
    assert node.ask("blockdev_getmirrorstatus", [disk]) == [False, f"Can't find device {ADDED}"]
    assert node.ask("blockdev_getmirrorstatus_multi", [disk]) == [True, [[False, f"Can't find device {ADDED}"]]]


def test_a_volume_gets_another_name(node: Asked) -> None:
    """So does a file; what is missing fails the call."""
    create(node, plain_disk())
    create(node, file_disk())
    assert node.ask("blockdev_rename", [[plain_disk(), ["xenvg", "b.disk0"]]]) == [True, None]
    assert node.ask("blockdev_find", plain_disk("b.disk0"))[1]["dev_path"] == "/dev/xenvg/b.disk0"
    assert node.ask("blockdev_rename", [[file_disk(), ["loop", f"{PATH}2"]]]) == [True, None]
    assert node.ask("blockdev_find", file_disk("z/a.disk02"))[1]["dev_path"] == f"{PATH}2"
    answer = node.ask("blockdev_rename", [[file_disk(), ["loop", PATH]]])
    assert answer == [False, f"Can't find device {ADDED} in rename"]


def test_disks_outside_all_nodes_are_there(node: Asked) -> None:
    """Whoever has made them: a node finds them without having done anything."""
    for disk in (make_disk("rbd", ["rbd", "a"]), make_disk("sharedfile", ["loop", "/srv/shared/a"])):
        assert node.ask("blockdev_find", disk)[1]["ldisk_status"] == 1
        assert create(node, disk) == [True, disk["logical_id"]]


@pytest.mark.parametrize(
    ("disk", "message"),
    [
        (file_disk(), f"Can't create block device: {PATH}: can't create: [Errno 17] File exists: '{PATH}'"),
        (file_disk("nosuch/a"), f"Can't create block device: {DIRECTORY}/nosuch/a: can't create: "
         f"[Errno 2] No such file or directory: '{DIRECTORY}/nosuch/a'"),
        (make_disk("plain", ["bogus", "a"], params={"stripes": 1}),
         "Can't create block device: Can't compute PV info for vg bogus"),
        (plain_disk(size=601), "Can't create block device: Not enough free space: required 601, available 600"),
        (make_disk("plain", ["xenvg", "a"]), f"{UNEXPECTED}Block device is missing disk parameters: {{'stripes'}}"),
        (file_disk() | {"zzz": 1}, f"{UNEXPECTED}Object Disk doesn't support the parameter 'zzz'"),
    ],
)  # fmt: skip
def test_disks_that_cannot_be_made(node: Asked, disk: dict[str, Any], message: str) -> None:
    """They fail with the real daemon's texts; nothing changes."""
    create(node, file_disk())
    before = node.machine
    assert create(node, disk) == [False, message]
    assert node.machine is before


def test_directories(node: Asked) -> None:
    """They are made with all above them, renamed with all in them, and removed when they are empty."""
    for _time in range(2):
        assert node.ask("file_storage_dir_create", f"{DIRECTORY}/b/c") == [True, None]
    assert create(node, file_disk("b/c/disk"))[0] is True
    answer = node.ask("file_storage_dir_remove", f"{DIRECTORY}/b/c")
    assert answer[0] is False
    assert "[Errno 39] Directory not empty" in answer[1]
    assert node.ask("file_storage_dir_rename", f"{DIRECTORY}/b", f"{DIRECTORY}/d") == [True, None]
    assert node.ask("blockdev_find", file_disk("d/c/disk"))[1]["dev_path"] == f"{DIRECTORY}/d/c/disk"
    assert node.ask("file_storage_dir_rename", f"{DIRECTORY}/d", f"{DIRECTORY}/z")[0] is False
    node.ask("blockdev_remove", file_disk("d/c/disk"))
    for _time in range(2):
        assert node.ask("file_storage_dir_remove", f"{DIRECTORY}/d/c") == [True, None]
    assert f"{DIRECTORY}/d/c" not in node.machine.directories
