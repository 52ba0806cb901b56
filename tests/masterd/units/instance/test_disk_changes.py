"""Disks of an instance that is there: added, changed, removed."""

from typing import Any

import pytest
from attrs import evolve

from tests.masterd.small_cluster import MAIL, WEB
from tests.masterd.units.scripted import Answer, prereq

from .scene import BROKEN, DOWN, MAIL_DISK, PLACE, modify, with_instance


def test_a_disk_is_added() -> None:
    """It is made, attached, waited for, and taken down again if the others are."""
    done = modify("mail", DOWN, disks=[["add", -1, {"size": 7, "mode": "ro", "name": "data"}]])
    assert done.result == [["disk/1", "add:size=8,mode=ro"]]
    instance = done.after.instances[MAIL]
    disk = done.after.disks[instance.disks[1]]
    assert (disk.size, disk.mode, disk.name, disk.iv_name) == (8, "ro", "data", "disk/1")
    assert str(disk.logical_id[1]).startswith("/srv/files/mail.example.org/")
    assert [method for method, _ in done.called] == [
        "file_storage_dir_create",
        "blockdev_create",
        "blockdev_getmirrorstatus",
        "blockdev_shutdown",
        "instance_metadata_modify",
    ]
    assert done.changes == 2
    assert done.log == [
        "* disk 1, size 8M",
        " - INFO: Waiting for instance mail.example.org to sync disks",
        " - INFO: Instance mail.example.org's disks are in sync",
    ]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"size": -4}, ["TypeEnforcementError", ["'size' (value -4) is not a valid size. error: Invalid format"]]),
        ({"size": 4, "dev_type": None}, prereq("Parameter 'OP_INSTANCE_SET_PARAMS.disks' fails validation")),
        ({"size": 4, "nosuch": [1]}, prereq("Parameter 'OP_INSTANCE_SET_PARAMS.disks' fails validation")),
        ({"size": 4, "nosuch": ""}, prereq("Parameter 'OP_INSTANCE_SET_PARAMS.disks' fails validation")),
        ({"size": 4, "nosuch": True}, prereq("Parameter 'OP_INSTANCE_SET_PARAMS.disks' fails validation")),
        ({"size": 4, "nosuch": 1}, ["TypeEnforcementError", ["Unknown parameter 'nosuch'"]]),
        ({"size": 4, "nosuch": "x"}, ["TypeEnforcementError", ["Unknown parameter 'nosuch'"]]),
        (
            {"size": 4, "provider": "x"},
            prereq("The 'provider' option is only valid for the ext disk template, not file"),
        ),
        (
            {"size": 4, "provider": "x", "spindles": 2},
            prereq("Spindles in instance disks cannot be specified when exclusive storage is not active"),
        ),
    ],
)
def test_what_a_new_disk_cannot_be(parameters: dict[str, Any], failure: object) -> None:
    """Sizes are positive, parameters known, and files have no providers."""
    assert modify("mail", DOWN, disks=[["add", -1, parameters]]).failure == failure


def test_a_disk_is_changed_by_what_has_values_only() -> None:
    """What is no value for anything is refused before it is asked what it is for."""
    refused = modify("mail", DOWN, disks=[["modify", 0, {"nosuch": None}]])
    assert refused.failure == prereq("Parameter 'OP_INSTANCE_SET_PARAMS.disks' fails validation")


def test_a_disk_is_added_to_an_instance_without() -> None:
    """What it is must be said."""
    answers: dict[str, Answer] = {}
    bare = with_instance(MAIL, PLACE, disks=(), admin_state="down")
    bare = evolve(bare, disks={uuid: disk for uuid, disk in bare.disks.items() if uuid != MAIL_DISK})
    refused = modify("mail", bare, answers, disks=[["add", 0, {"size": 7}]])
    assert refused.failure == prereq("Must specify disk type on diskless instance")
    done = modify("mail", bare, answers, disks=[["add", 0, {"size": 7, "dev_type": "sharedfile"}]])
    (uuid,) = done.after.instances[MAIL].disks
    assert done.after.disks[uuid].dev_type == "sharedfile"


def test_physical_disks_that_are_not_shared_are_counted() -> None:
    """Where each belongs to one instance, an order says how many; the node is told, and the number is kept."""
    exclusive = evolve(
        DOWN, cluster=evolve(DOWN.cluster, ndparams={**DOWN.cluster.ndparams, "exclusive_storage": True})
    )
    refused = modify("mail", exclusive, disks=[["add", -1, {"size": 7}]])
    assert refused.failure == prereq("You must specify spindles in instance disks when exclusive storage is active")
    done = modify("mail", exclusive, disks=[["add", -1, {"size": 7, "spindles": 2}]])
    assert done.after.disks[done.after.instances[MAIL].disks[1]].spindles == 2
    (creation,) = (call for call in done.calls if call.method == "blockdev_create")
    assert [arguments[-1] for arguments in creation.arguments.values()] == [True]
    failed = modify(
        "mail",
        exclusive,
        {"blockdev_create": BROKEN, "file_storage_dir_create": None},
        disks=[["add", -1, {"size": 7, "spindles": 2}]],
    )
    assert "spindles=2, size=8m" in str(failed.failure)


def test_a_disk_is_changed() -> None:
    """Only its mode and name, of whatever kind it is."""
    done = modify("web", disks=[["modify", "root", {"mode": "ro", "name": "none"}]])
    assert done.result == [["disk.mode/0", "ro"], ["disk.name/0", None]]
    disk = done.after.disks[PLACE.instances[WEB].disks[0]]
    assert (disk.mode, disk.name, disk.serial_no) == ("ro", None, 2)
    refused = modify("web", disks=[["modify", 0, {"access": "userspace"}]])
    assert refused.failure == ["TypeEnforcementError", ["Unknown parameter 'access'"]]


def test_a_disk_is_removed() -> None:
    """From the node, with its directory, then from the configuration."""
    done = modify("mail", DOWN, disks=[["remove", 0, {}]])
    assert done.result == [["disk/0", "remove"]]
    assert done.after.instances[MAIL].disks == ()
    assert MAIL_DISK not in done.after.disks
    assert [method for method, _ in done.called] == [
        "instance_info",
        "blockdev_remove",
        "file_storage_dir_remove",
        "instance_metadata_modify",
    ]


def test_there_are_only_so_many_disks() -> None:
    """Sixteen."""
    refused = modify("mail", DOWN, disks=[["add", -1, {"size": 1}]] * 16)
    assert refused.failure == prereq("Instance has too many disks (16), cannot add more", "wrong_state")


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"disks": [["modify", 0, {"size": 5}]]}, prereq("Disk size change not possible, use grow-disk")),
        (
            {"disks": [["add", -1, {"size": 5}]]},
            prereq("Adding disks of template 'drbd' is not supported by this master daemon"),
        ),
        (
            {"disks": [["detach", 0, {}]]},
            prereq("To detach disks is not supported by this master daemon"),
        ),
        (
            {"disks": [["modify", "nosuch", {"mode": "ro"}]]},
            prereq("Lookup of disk 'nosuch' failed", None),
        ),
        (
            {"disks": [["remove", "nosuch", {}]]},  # by its name it is looked for first
            prereq("Lookup of disk 'nosuch' failed", None),
        ),
        (
            {"disks": [["add", "end", {"size": 5}]]},
            prereq("Lookup of disk 'end' failed", None),
        ),
        (
            {"disks": [["remove", 9, {}]]},
            prereq(
                "Instance 'web.example.org' is marked to be up, can't remove volume from a running instance without"
                " using hotplug",
                "wrong_state",
            ),
        ),
    ],
)
def test_what_cannot_be_changed(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = modify("web", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0
