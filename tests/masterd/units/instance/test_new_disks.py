"""Disks of new instances."""

from typing import Any

import pytest
from attrs import evolve

from tests.masterd.units.scripted import exec_error, prereq

from .scene import PLACE, create, made


def test_a_shared_file_belongs_to_no_node() -> None:
    """Its directory is the cluster's for shared files, with the one below it that is wished."""
    created = create(disk_template="sharedfile", disks=[{"size": 1}], file_storage_dir="fast", no_install=True)
    (disk,) = (created.after.disks[uuid] for uuid in made(created).disks)
    assert str(disk.logical_id[1]).startswith("/srv/shared/fast/new.example.org/")
    assert disk.nodes == ()
    assert "instance_os_add" not in [method for method, _ in created.called]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"disks": [{"size": 1, "adopt": "x"}, {"size": 1}]}, prereq("Either all disks are adopted or none is")),
        (
            {"disks": [{"size": 1, "adopt": "x"}]},
            prereq("Disk adoption is not supported for the 'diskless' disk template"),
        ),
        (
            {"disk_template": "rbd"},
            prereq(
                "Disk template 'rbd' is not enabled in cluster. Enabled disk templates are:"
                " drbd,plain,file,sharedfile,ext,blockdev,diskless",
                None,
            ),
        ),
        (
            {"disk_template": None},
            prereq("Disk template 'drbd' is not supported by this master daemon for new disks"),
        ),
        ({"disk_template": "file", "disks": [{"mode": "rw"}]}, prereq("Missing disk size")),
        (
            {"disk_template": "file", "disks": [{"size": 1, "color": "red"}]},
            ["TypeEnforcementError", ["Unknown parameter 'color'"]],
        ),
        (
            {"disk_template": "file", "disks": [{"size": 1, "name": "7"}]},
            prereq("Invalid name '7'. Purely numeric disk names are not allowed"),
        ),
        (
            {"disk_template": "file", "disks": [{"size": 1, "name": "a"}, {"size": 1, "name": "a"}]},
            prereq("disk name 'a' already used", "resource_not_unique"),
        ),
        (
            {"disk_template": "file", "disks": [{"size": 1}], "file_storage_dir": "/abs"},
            exec_error("Error: path joining resulted in different prefix (/abs/new.example.org != /srv/files)"),
        ),
    ],
)
def test_disks_that_cannot_be(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(**parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_disks_that_would_have_to_be_wiped_are_refused() -> None:
    """Rather than left as they are; an instance without disks has nothing to wipe."""
    place = evolve(PLACE, cluster=evolve(PLACE.cluster, prealloc_wipe_disks=True))
    refused = create(place, disk_template="file", disks=[{"size": 1}])
    assert "prealloc_wipe_disks" in str(refused.outcome)
    assert refused.changes == 0
    assert create(place).failure is None
