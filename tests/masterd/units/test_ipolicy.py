"""Instance policies are merged and checked as Ganeti's are."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from ganeti_lite.errors import OpPrereqError, TypeEnforcementError
from ganeti_lite.masterd.units._ipolicy import check_enabled_templates, make_ipolicy, merge_ipolicy
from ganeti_lite.snapshot import EMPTY
from tests.masterd.small_cluster import SNAPSHOT

from .limits import LEAST, LIMITS, MOST

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
        ({"disk-templates": [1, None]}, True, "Invalid disk template(s) 1, None"),
        ({"disk-templates": "plain"}, True, "disk-templates must be a list, not 'plain'"),
        (
            {"minmax": {"min": LEAST, "max": MOST}},
            True,
            f"minmax must be a list, not '{ {'min': LEAST, 'max': MOST} }'",
        ),
        ({"minmax": [None]}, True, "minmax must have objects with min and max, not 'None'"),
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
    with pytest.raises(OpPrereqError, match="Invalid value for attribute 'spindle-ratio': 'nan', error: not finite"):
        merge_ipolicy(EMPTY, {"spindle-ratio": "nan"})
    with pytest.raises(TypeEnforcementError, match="Unknown parameter 'luck'"):
        merge_ipolicy(EMPTY, {"minmax": [{"min": {"luck": 1}, "max": MOST}]})
    with pytest.raises(TypeEnforcementError, match="Expected dictionary, got 'None'"):
        merge_ipolicy(EMPTY, {"minmax": [{"min": None, "max": MOST}]})


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"minmax": []}, "Empty minmax specifications"),
        ({"disk-templates": []}, "disk-templates must have at least one"),
        ({"disk-templates": ["default"]}, "Invalid disk template.s. default"),
        ({"vcpu-ratio": "default"}, "Invalid value for attribute 'vcpu-ratio': 'default'"),
        ({"vcpu-ratio": None}, "Invalid value for attribute 'vcpu-ratio': 'None'"),
        ({"std": None}, "std cannot appear in group instance specs"),
        ({"luck": 1}, "Invalid key in new ipolicy: luck"),
    ],
)
def test_a_new_group_has_nothing_to_go_back_from(given: Mapping[str, Any], text: str) -> None:
    """What would take an entry away is no value for it."""
    with pytest.raises(OpPrereqError, match=text):
        make_ipolicy(given)


def test_a_new_group_has_what_is_given() -> None:
    """And nothing else: that is the cluster's."""
    assert make_ipolicy({"vcpu-ratio": "2", "disk-templates": ["file"]}) == {
        "vcpu-ratio": 2,
        "disk-templates": ("file",),
    }


def test_templates_that_are_not_enabled_are_refused() -> None:
    """A policy cannot allow what the cluster does not have."""
    check_enabled_templates({"disk-templates": ("plain",)}, ["file", "plain"])
    with pytest.raises(OpPrereqError) as error:
        check_enabled_templates({"disk-templates": ("rbd", "plain", "ext")}, ["plain"])
    text = "The following disk templates are allowed by the ipolicy, but not enabled on the cluster: ext, rbd"
    assert error.value.args == (text, "wrong_input")
