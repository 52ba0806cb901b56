"""The cluster's settings for guests: hypervisors and operating systems, which nodes are asked about."""

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.masterd.units import OFFLINE_REASON
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, NODE3, NODE4, SNAPSHOT
from tests.masterd.units.scripted import by_node, exec_error, prereq

from .scene import VM_NODES, Refusal, change_cluster, check_refusal, list_differences, set_params


@pytest.mark.parametrize(
    ("parameters", "attribute", "value"),
    [
        ({"hidden_os": [["add", "x"], ["remove", "image+old"]]}, "hidden_os", ("x",)),
        ({"blacklisted_os": [["add", "x"]]}, "blacklisted_os", ("x",)),
        ({"osparams": {"image": {"mirror": None}, "noop": {"a": "b"}}}, "osparams", {"noop": {"a": "b"}}),
        (
            {"osparams_private_cluster": {"noop": {"pin": "1"}}},
            "osparams_private_cluster",
            {"image": {"token": "tulip"}, "noop": {"pin": "1"}},
        ),
        ({"os_hvp": {"image+small": {"kvm": None}}}, "os_hvp", {}),
    ],
)
def test_a_setting_is_changed(parameters: Mapping[str, Any], attribute: str, value: object) -> None:
    """What is given becomes the cluster's, and nothing else changes."""
    after = change_cluster(**parameters)
    assert getattr(after, attribute) == value
    assert list_differences(after) == {attribute, "serial_no", "mtime"}


def test_hypervisors_are_enabled() -> None:
    """A hypervisor that is enabled has all its parameters; nodes are asked, but those that are offline do not count."""
    cluster = evolve(SNAPSHOT.cluster, hvparams={"kvm": SNAPSHOT.cluster.hvparams["kvm"]})
    answers = {"hypervisor_validate_params": by_node({NODE1: None, NODE2: RpcFailure(OFFLINE_REASON), NODE3: None})}
    changed = set_params(evolve(SNAPSHOT, cluster=cluster), answers, enabled_hypervisors=["fake"])
    after = changed.succeeded.cluster
    assert (after.enabled_hypervisors, after.hvparams["fake"]) == (("fake",), {"migration_mode": "live"})
    assert changed.called == [
        ("hypervisor_validate_params", VM_NODES),
        ("node_ensure_daemon", (NODE1, NODE2, NODE3, NODE4)),
    ]


def test_parameters_of_hypervisors_are_converted() -> None:
    """Values come as text, and are told to the nodes as they will be."""
    changed = set_params(hvparams={"kvm": {"acpi": "false"}}, os_hvp={"noop": {"kvm": {"vnc_tls": "true"}}})
    assert changed.succeeded.cluster.hvparams["kvm"]["acpi"] is False
    assert changed.after.cluster.os_hvp["noop"] == {"kvm": {"vnc_tls": True}}
    sent = [call.arguments[NODE1] for call in changed.calls]
    assert [name for name, _ in sent] == ["kvm"] * 3
    assert [params["acpi"] for _, params in sent] == [False] * 3
    assert [params["vnc_tls"] for _, params in sent] == [False, False, True]


def test_operating_systems_are_asked_about_their_parameters() -> None:
    """The master says whether parameters fit; an operating system that it does not have cannot be asked."""
    changed = set_params(
        osparams={"image+small": {"size": "1"}},
        osparams_private_cluster={"image": {"key": "x"}},
        answers={"os_validate": False},
    )
    assert [call.arguments[NODE1] for call in changed.calls] == [
        [
            False,
            "image+small",
            ["parameters"],
            {"mirror": "http://mirror.example.org", "size": "1", "token": "tulip", "key": "x"},
            False,
        ],
        [False, "image", ["parameters"], {"mirror": "http://mirror.example.org", "token": "tulip", "key": "x"}, False],
    ]
    assert changed.log == [
        " - INFO: OS image+small not found on node node1.example.org, validation skipped",
        " - INFO: OS image not found on node node1.example.org, validation skipped",
    ]


def test_an_operating_system_that_keeps_no_parameters_is_not_asked_about() -> None:
    """There is nothing that it could refuse, and nobody needs to have it."""
    changed = set_params(osparams={"nosuch": {"size": None}}, answers={"os_validate": False})
    assert changed.succeeded.cluster.osparams == SNAPSHOT.cluster.osparams
    assert (changed.called, changed.log) == ([], [])


@pytest.mark.parametrize(
    "refusal",
    [
        (SNAPSHOT, {}, {"hvparams": {"kvm": {"foo": 1}}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"vif_type": "vif"}}},
            ["HypervisorError", ["Parameter 'vif_type' is not supported"]],
        ),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"kernel_path": "vmlinuz"}}},
            [
                "HypervisorError",
                [
                    "Parameter 'kernel_path' fails syntax check: must be an absolute normalized path"
                    " (current value: 'vmlinuz')"
                ],
            ],
        ),
        (
            SNAPSHOT,
            {},
            {"hvparams": {"kvm": {"boot_order": ""}}},
            ["HypervisorError", ["Parameter 'boot_order' is required but is currently not defined"]],
        ),
        (
            SNAPSHOT,
            {"hypervisor_validate_params": by_node({NODE1: None, NODE2: RpcFailure("no"), NODE3: None})},
            {"hvparams": {"kvm": {"acpi": False}}},
            exec_error("Hypervisor parameter validation failed on node node2.example.org: no"),
        ),
        (
            SNAPSHOT,
            {"os_validate": RpcFailure("no")},
            {"osparams": {"noop": {"a": "b"}}},
            exec_error("OS Parameters validation failed on node node1.example.org: no"),
        ),
        (SNAPSHOT, {}, {"hvparams": {"foo": {"bar": 1}}}, ["HypervisorError", ["Unknown hypervisor type 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"osparams": {"noop": {"size": 8}}},
            ["TypeEnforcementError", ["OS parameter 'size' is not a text"]],
        ),
        (
            SNAPSHOT,
            {},
            {"osparams_private_cluster": {"noop": {"pin": ["1"]}}},
            ["TypeEnforcementError", ["OS parameter 'pin' is not a text"]],
        ),
        (SNAPSHOT, {}, {"hidden_os": [["attach", "x"]]}, prereq("Invalid modification 'attach'")),
        (SNAPSHOT, {}, {"os_hvp": {"noop": {"kvm": "x"}}}, ["TypeEnforcementError", ["Expected dictionary, got 'x'"]]),
        (SNAPSHOT, {}, {"os_hvp": {"noop": {"foo": {}}}}, ["HypervisorError", ["Unknown hypervisor type 'foo'"]]),
        (
            SNAPSHOT,
            {},
            {"osparams_private_cluster": {"image+small": {"mirror": "x"}}},  # the OS itself has a public one
            prereq("Parameters of OS 'image+small' cannot have several values: mirror (public and private)", None),
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(refusal: Refusal) -> None:
    """What is wrong is said, and nothing is written."""
    check_refusal(*refusal)
