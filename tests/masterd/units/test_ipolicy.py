"""Instance policies are merged, checked and applied as Ganeti's are."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError, TypeEnforcementError
from ganeti_lite.masterd.units._ipolicy import check_enabled_templates, merge_ipolicy
from ganeti_lite.masterd.units._ipolicy_violations import (
    Demand,
    check_allocation,
    find_demand,
    list_new_violators,
    list_violations,
)
from ganeti_lite.snapshot import EMPTY, fill_ipolicy
from tests.masterd.small_cluster import GROUP1, GROUP2, MAIL, SNAPSHOT, WEB

LEAST: Final = {"memory-size": 1, "disk-size": 1, "disk-count": 0, "cpu-count": 1, "nic-count": 0, "spindle-use": 1}
MOST: Final = dict.fromkeys(LEAST, 100)
LIMITS: Final = [{"min": LEAST, "max": MOST}]
STANDARD: Final = dict.fromkeys(LEAST, 50)


def test_entries_are_converted_and_replaced() -> None:
    """Ratios become numbers, limits whole numbers, templates a list; what is not mentioned stays."""
    own = merge_ipolicy(EMPTY, {"spindle-ratio": 3})
    limits = [{"min": LEAST, "max": {**MOST, "cpu-count": "7"}}]
    merged = merge_ipolicy(own, {"vcpu-ratio": "2.5", "minmax": limits, "disk-templates": ["plain"]})
    assert merged == {
        "spindle-ratio": 3,
        "vcpu-ratio": 2.5,
        "minmax": ({"min": LEAST, "max": {**MOST, "cpu-count": 7}},),
        "disk-templates": ("plain",),
    }


@pytest.mark.parametrize("value", ["default", ["default"], [], None, {}])
def test_a_group_can_go_back_to_the_clusters_policy(value: object) -> None:
    """The word ``default`` and empty values take a group's entry away, if it has one."""
    own = merge_ipolicy(EMPTY, {"vcpu-ratio": 2, "spindle-ratio": 3})
    assert merge_ipolicy(own, {"vcpu-ratio": value, "minmax": value}) == {"spindle-ratio": 3}


def test_the_cluster_has_all_entries() -> None:
    """The cluster's policy cannot lose an entry."""
    with pytest.raises(OpPrereqError) as error:
        merge_ipolicy(SNAPSHOT.cluster.ipolicy, {"vcpu-ratio": "default"}, is_group=False)
    assert error.value.args[0] == "Can't unset ipolicy attribute 'vcpu-ratio' on the cluster'"


def test_the_standard_is_the_clusters() -> None:
    """The cluster's standard instance is merged value by value; a group has none."""
    cluster = merge_ipolicy(EMPTY, {"std": STANDARD, "minmax": LIMITS, "disk-templates": ["plain"]}, is_group=False)
    assert merge_ipolicy(cluster, {"std": {"cpu-count": 3}}, is_group=False)["std"] == {**STANDARD, "cpu-count": 3}
    with pytest.raises(OpPrereqError, match="std cannot appear in group instance specs"):
        merge_ipolicy(EMPTY, {"std": STANDARD})


_SHORT: Final = {name: value for name, value in LEAST.items() if name != "cpu-count"}


@pytest.mark.parametrize(
    ("changes", "is_group", "text"),
    [
        ({"minmax": [{"min": LEAST}]}, True, "Missing instance specification: max"),
        ({"minmax": [{"min": _SHORT, "max": MOST}]}, True, "Missing instance specs parameters for min: cpu-count"),
        (
            {"minmax": [{"min": MOST, "max": LEAST}]},
            True,
            "Invalid specification of min/max values for memory-size: 100/1",
        ),
        ({"minmax": LIMITS}, False, "Missing key in ipolicy: std"),
        ({"minmax": LIMITS, "std": _SHORT}, False, "Missing instance specs parameters for std: cpu-count"),
        ({"minmax": LIMITS, "std": dict.fromkeys(LEAST, 101)}, False, "Invalid std specifications"),
        ({"disk-templates": ["plain", "tape"]}, True, "Invalid disk template(s) tape"),
    ],
)
def test_what_is_no_policy_is_refused(changes: Mapping[str, Any], is_group: bool, text: str) -> None:
    """The error says what is wrong with a policy."""
    with pytest.raises(OpPrereqError) as error:
        merge_ipolicy(EMPTY, changes, is_group=is_group)
    assert error.value.args == (f"Invalid instance policy: {text}", "wrong_input")


def test_values_that_are_no_numbers_are_refused() -> None:
    """Ratios and limits are numbers, and there are no others than those that are known."""
    with pytest.raises(OpPrereqError, match="Invalid value for attribute 'vcpu-ratio': 'many', error: "):
        merge_ipolicy(EMPTY, {"vcpu-ratio": "many"})
    with pytest.raises(TypeEnforcementError, match="Unknown parameter 'luck'"):
        merge_ipolicy(EMPTY, {"minmax": [{"min": {"luck": 1}, "max": MOST}]})


def test_templates_that_are_not_enabled_are_refused() -> None:
    """A policy cannot allow what the cluster does not have."""
    check_enabled_templates({"disk-templates": ("plain",)}, ["file", "plain"])
    with pytest.raises(OpPrereqError) as error:
        check_enabled_templates({"disk-templates": ("rbd", "plain", "ext")}, ["plain"])
    text = "The following disk templates are allowed by the ipolicy, but not enabled on the cluster: ext, rbd"
    assert error.value.args == (text, "wrong_input")


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
