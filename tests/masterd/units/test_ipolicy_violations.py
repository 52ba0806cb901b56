"""What a policy for instances does not let through."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._ipolicy_violations import (
    Demand,
    check_allocation,
    find_demand,
    list_new_violators,
    list_violations,
)
from ganeti_lite.snapshot import fill_ipolicy
from tests.masterd.small_cluster import GROUP1, GROUP2, MAIL, SNAPSHOT, WEB

from .limits import LEAST, LIMITS, MOST


def _demand(**changes: Any) -> Demand:
    small = Demand(memory=50, cpus=50, nics=50, spindle_use=50, disk_sizes=(50,), templates=("plain",))
    return evolve(small, **changes)


_POLICY: Final = {"minmax": LIMITS, "disk-templates": ("plain", "file")}


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, []),
        ({"memory": None, "cpus": None, "nics": None, "spindle_use": None}, []),
        ({"memory": 101}, ["memory-size value 101 is not in range [1, 100]"]),
        ({"cpus": 0}, ["cpu-count value 0 is not in range [1, 100]"]),
        (
            {"nics": 101, "spindle_use": 0},
            [
                "nic-count value 101 is not in range [0, 100]",
                "spindle-use value 0 is not in range [1, 100]",
            ],
        ),
        (
            {"disk_sizes": (50, 200), "templates": ("plain", "plain")},
            ["disk-size/1 value 200 is not in range [1, 100]"],
        ),
        ({"disk_sizes": (1,) * 101, "templates": ("plain",) * 101}, ["disk-count value 101 is not in range [0, 100]"]),
        ({"templates": ("rbd",)}, ["Disk template rbd is not allowed (allowed templates: file, plain)"]),
        (
            {"disk_sizes": (), "templates": ()},
            ["Disk template diskless is not allowed (allowed templates: file, plain)"],
        ),
    ],
)
def test_a_policy_limits_everything(changes: Mapping[str, Any], texts: list[str]) -> None:
    """Each value that is out of range is named; those that are not known do not matter."""
    assert list_violations(_POLICY, _demand(**changes)) == texts


def test_the_range_that_fits_best_counts() -> None:
    """Of several ranges, one is enough; if none fits, the one is told that least is wrong with."""
    tiny = {"min": LEAST, "max": {**MOST, "memory-size": 2, "cpu-count": 2}}
    policy = {"minmax": [tiny, *LIMITS], "disk-templates": ("plain",)}
    assert list_violations(policy, _demand()) == []
    assert list_violations(policy, _demand(memory=200)) == ["memory-size value 200 is not in range [1, 100]"]


def test_what_instances_take_is_found() -> None:
    """An instance takes what its filled parameters say; with exclusive storage, its disks' spindles."""
    web = SNAPSHOT.instances[WEB]
    assert find_demand(web, SNAPSHOT) == Demand(
        memory=2048,
        cpus=2,
        nics=2,
        spindle_use=2,
        disk_sizes=tuple(SNAPSHOT.disks[uuid].size for uuid in web.disks),
        templates=tuple(str(SNAPSHOT.disks[uuid].dev_type) for uuid in web.disks),
    )
    cluster = evolve(SNAPSHOT.cluster, ndparams={**SNAPSHOT.cluster.ndparams, "exclusive_storage": True})
    assert find_demand(web, evolve(SNAPSHOT, cluster=cluster)).spindle_use is None


def test_only_new_violators_are_listed() -> None:
    """An instance that the old policy did not let through either is not the change's fault."""
    instances = [SNAPSHOT.instances[WEB], SNAPSHOT.instances[MAIL]]
    everything = fill_ipolicy(SNAPSHOT.cluster, SNAPSHOT.nodegroups[GROUP1])
    nothing = {**everything, "disk-templates": ()}
    assert list_new_violators(everything, nothing, instances, SNAPSHOT) == ["web.example.org"]
    assert list_new_violators(nothing, nothing, instances, SNAPSHOT) == []


def test_an_instance_must_fit_its_group() -> None:
    """An instance that a group's policy does not let in is refused, with the group's UUID and name."""
    check_allocation(
        SNAPSHOT.nodegroups[GROUP2], _demand(memory=512, cpus=1, nics=1, spindle_use=1, disk_sizes=(512,)), SNAPSHOT
    )
    with pytest.raises(OpPrereqError) as error:
        check_allocation(
            SNAPSHOT.nodegroups[GROUP2],
            _demand(memory=512, cpus=100, nics=1, spindle_use=1, disk_sizes=(512,)),
            SNAPSHOT,
        )
    text = f"Instance allocation to group {GROUP2} (rack2) violates policy: cpu-count value 100 is not in range [1, 16]"
    assert error.value.args == (text, "wrong_input")
