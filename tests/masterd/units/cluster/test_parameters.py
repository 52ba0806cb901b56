"""The cluster's default parameters: what becomes of them, and what must do with them."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from tests.masterd.small_cluster import SNAPSHOT
from tests.masterd.units.scripted import prereq

from .scene import Refusal, change_cluster, check_refusal, list_differences, set_params, with_cluster


@pytest.mark.parametrize(
    ("parameters", "attribute", "value"),
    [
        ({"ndparams": {"spindle_count": "3"}}, "ndparams", {**SNAPSHOT.cluster.ndparams, "spindle_count": 3}),
        (
            {"beparams": {"memory": "1G", "vcpus": 2}},
            "beparams",
            {"default": {**SNAPSHOT.cluster.beparams["default"], "minmem": 1024, "maxmem": 1024, "vcpus": 2}},
        ),
        ({"nicparams": {"link": "br7"}}, "nicparams", {"default": {"mode": "bridged", "link": "br7", "vlan": ""}}),
        (
            {"hv_state": {"kvm": {"mem_hv": 5}}},
            "hv_state_static",
            {"kvm": {"mem_total": 0, "mem_hv": 5, "mem_node": 0, "cpu_total": 1, "cpu_node": 1}},
        ),
        (
            {"disk_state": {"plain": {"xenvg": {"disk_total": 5}}}},
            "disk_state_static",
            {"plain": {"xenvg": {"disk_total": 5, "disk_reserved": 0, "disk_overhead": 0}}},
        ),
    ],
)
def test_a_setting_is_changed(parameters: Mapping[str, Any], attribute: str, value: object) -> None:
    """What is given becomes the cluster's, and nothing else changes."""
    after = change_cluster(**parameters)
    assert getattr(after, attribute) == value
    assert list_differences(after) == {attribute, "serial_no", "mtime"}


def test_parameters_of_disks_are_merged() -> None:
    """Parameters of disks are merged by template; of DRBD's, existing disks know nothing, which is told."""
    changed = set_params(diskparams={"drbd": {"resync-rate": 5}, "plain": {"stripes": 3}})
    assert changed.succeeded.cluster.diskparams["drbd"]["resync-rate"] == 5
    assert changed.after.cluster.diskparams["drbd"]["metavg"] == SNAPSHOT.cluster.diskparams["drbd"]["metavg"]
    assert len(changed.log) == 3


@pytest.mark.parametrize(
    "refusal",
    [
        (SNAPSHOT, {}, {"beparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"beparams": {"vcpus": "x"}},
            ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]],
        ),
        (SNAPSHOT, {}, {"nicparams": {"mac": "auto"}}, ["TypeEnforcementError", ["Unknown parameter 'mac'"]]),
        (SNAPSHOT, {}, {"nicparams": {"mode": "magic"}}, ["ConfigurationError", ["Invalid NIC mode 'magic'"]]),
        (
            SNAPSHOT,
            {},
            {"ipolicy": {"vcpu-ratio": "default"}},
            prereq("Can't unset ipolicy attribute 'vcpu-ratio' on the cluster'"),
        ),
        (
            SNAPSHOT,
            {},
            {"diskparams": {"drbd": {"stripes": 1}}},
            prereq("While verify diskparams options: Provided option keys not supported: drbd/stripes"),
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(refusal: Refusal) -> None:
    """What is wrong is said, and nothing is written."""
    check_refusal(*refusal)


def test_nics_must_do_with_new_defaults() -> None:
    """NICs that could not be any more are listed."""
    default = {"mode": "bridged", "link": "", "vlan": ""}
    refused = set_params(with_cluster(nicparams={"default": default}), nicparams={"mode": "routed"})
    assert refused.failure is None
    mail = next(item for item in SNAPSHOT.instances.values() if item.name == "mail.example.org")
    bare = evolve(mail, nics=(evolve(mail.nics[0], nicparams={}),))
    snapshot = evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({mail.uuid: bare}))
    failure = set_params(snapshot, nicparams={"mode": "routed"}).failure
    text = "Cannot apply the change, errors:\nInstance mail.example.org, nic/0: routed NIC with no ip address"
    assert failure == prereq(text)


def test_instances_that_a_new_policy_does_not_let_through_are_told() -> None:
    """A narrower policy is only warned of, and does not concern groups with limits of their own."""
    limits = [{side: dict(spec) for side, spec in pair.items()} for pair in _minmax()]
    limits[0]["max"]["cpu-count"] = 3
    changed = set_params(ipolicy={"minmax": limits, "std": {"cpu-count": 1}})
    assert changed.result is None
    assert changed.log == [" - WARNING: After the ipolicy change the following instances violate them: db.example.org"]


def _minmax() -> Any:
    return SNAPSHOT.cluster.ipolicy["minmax"]
