"""Parameters of an instance that is there, and whether its nodes can live with them."""

from typing import Any

import pytest

from tests.masterd.small_cluster import DB, GROUP1, NODE1, NODE2
from tests.masterd.units.scripted import Answer, exec_error, prereq

from .scene import BROKEN, RUNS, modify


def test_parameters_of_the_backend() -> None:
    """The result tells them as they were ordered; the instance is stepped once."""
    done = modify("db", beparams={"vcpus": "default", "maxmem": "1g", "always_failover": None}, force=True)
    assert done.result == [["be/vcpus", "default"], ["be/maxmem", "1g"], ["be/always_failover", None]]
    assert done.after.instances[DB].beparams == {"maxmem": 1024}
    assert done.steps == ["instances serial +1", "instances time"]
    assert done.changes == 1
    assert done.called == [("instance_metadata_modify", (NODE2,))]
    assert done.locks == {
        "instance": ("exclusive", ["db.example.org"]),
        "nodegroup": ("shared", [GROUP1]),
        "node": ("exclusive", [NODE2]),
    }
    assert done.hooks == [("instance-modify", "pre", (NODE1, NODE2)), ("instance-modify", "post", (NODE1, NODE2))]
    assert done.hook_env["GANETI_INSTANCE_MAXMEM"] == "1024"


def test_parameters_of_the_hypervisor() -> None:
    """The instance's nodes check them; ``default`` takes one away."""
    done = modify("db", hvparams={"kernel_args": "default", "initrd_path": "/boot/x"})
    assert done.result == [["hv/kernel_args", "default"], ["hv/initrd_path", "/boot/x"]]
    assert done.after.instances[DB].hvparams == {"root_path": None, "initrd_path": "/boot/x"}
    shown = done.calls[0].arguments[NODE2]
    assert shown[0] == "xen-pvm"
    assert shown[1]["initrd_path"] == "/boot/x"


def test_systems_and_their_parameters() -> None:
    """The node validates parameters, but not the name alone, of which the result tells nothing."""
    done = modify("db", os_name="other", osparams={"a": "1"}, osparams_private={"b": "2"})
    assert done.result == [["os/a", "1"], ["os_private/b", "Private(?, descr='b')"]]
    after = done.after.instances[DB]
    assert (after.os, after.osparams["a"], after.osparams_private) == ("other", "1", {"b": "2"})
    assert done.calls[0].arguments[NODE2][:3] == [True, "other", ["parameters"]]
    named = modify("db", os_name="other")
    assert named.result == []
    assert [method for method, _ in named.called] == ["instance_metadata_modify"]


def test_memory_of_a_running_instance() -> None:
    """The node gives it, or takes it."""
    answers: dict[str, Answer] = {"instance_info": RUNS}
    done = modify("mail", answers=answers, runtime_mem=300)
    assert done.result == [["runtime_memory", 300]]
    assert done.called[-2:] == [("instance_balloon_memory", (NODE1,)), ("instance_metadata_modify", (NODE1,))]
    assert done.hook_env["GANETI_RUNTIME_MEMORY"] == "300"
    refused = modify("mail", runtime_mem=300)
    assert refused.failure == prereq("Instance mail.example.org is not running", "wrong_state")
    refused = modify("mail", answers=answers, runtime_mem=100)
    text = "Instance mail.example.org must have memory between 256 and 512 MB of memory unless --force is given"
    assert refused.failure == prereq(text)
    refused = modify("mail", answers=answers, runtime_mem=5000, force=True)
    text = (
        "Not enough memory on node node1.example.org for ballooning memory for instance mail.example.org:"
        " needed 4488 MiB, available 1024 MiB"
    )
    assert refused.failure == prereq(text, "insufficient_resources")
    failed = modify("mail", answers={**answers, "instance_balloon_memory": BROKEN}, runtime_mem=300)
    assert failed.failure == exec_error("Cannot modify instance runtime memory: broken")


@pytest.mark.parametrize(
    ("name", "answers", "maxmem", "failure", "log"),
    [
        ("mail", {"instance_info": RUNS}, 1500, None, []),
        (
            "mail",
            {},
            1500,
            prereq(
                "This change will prevent the instance from starting, due to 476 MB of memory missing on its"
                " primary node",
                "insufficient_resources",
            ),
            [],
        ),
        (
            "mail",
            {"node_info": BROKEN},
            1500,
            None,
            ["WARNING: Can't get info from primary node node1.example.org: broken"],
        ),
        (
            "mail",
            {"node_info": ["boot", None, [{}]]},
            1500,
            None,
            ["WARNING: Node data from primary node node1.example.org doesn't contain free memory information"],
        ),
        (
            "mail",
            {"instance_info": BROKEN},
            1500,
            None,
            ["WARNING: Can't get instance runtime information: broken"],
        ),
        (
            "back",
            {"instance_info": {**RUNS, "memory": 2000}},
            1500,
            prereq(
                "This change will prevent the instance from failover to its secondary node node3.example.org, due to"
                " not enough memory",
                "wrong_state",
            ),
            [],
        ),
    ],
)
def test_more_memory_must_be_there(name: str, answers: Any, maxmem: int, failure: object, log: list[str]) -> None:
    """On the primary node, and on the secondary one if the instance can go there; what is not known is told."""
    done = modify(name, answers=answers, beparams={"maxmem": maxmem})
    assert done.failure == failure
    assert done.log == log


def test_less_memory_is_not_looked_for() -> None:
    """Nor is more, if it is forced."""
    for parameters in ({"beparams": {"maxmem": 300}}, {"beparams": {"maxmem": 9000}, "force": True}):
        assert [method for method, _ in modify("mail", **parameters).called] == ["instance_metadata_modify"]


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"beparams": {"vcpus": "x"}}, ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]]),
        ({"hvparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"hvparams": {"migration_mode": "live"}},
            prereq(
                "The following hypervisor parameters are global and cannot be customized at instance level, please"
                " modify them at cluster level: migration_mode"
            ),
        ),
        ({"osparams": {"a": 1}}, ["TypeEnforcementError", ["OS parameter 'a' is not a text"]]),
        (
            {"osparams": {"a": "1"}, "osparams_private": {"a": "2"}},
            prereq("OS parameters repeated multiple times: a", None),
        ),
    ],
)
def test_parameters_that_cannot_be(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = modify("web", **parameters)
    assert refused.failure == failure
    assert refused.changes == 0
