"""Instances are removed as Ganeti does it."""

from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.units.instance import InstanceRemove, InstanceStartup
from tests.masterd.small_cluster import BACK, DB, LAN, MAIL, NODE1, NODE2, NODE3, SNAPSHOT, WEB
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN

GOES: Final[dict[str, Answer]] = {
    "instance_shutdown": None,
    "blockdev_remove": None,
    "file_storage_dir_remove": None,
}
"""What nodes say when all goes well."""


def test_an_instance_goes_with_its_disks() -> None:
    """It is shut down; its disks, then itself are removed, each by a change that steps the cluster."""
    removed = run(InstanceRemove(), answers=GOES, instance_name="db", shutdown_timeout=3)
    assert removed.result is None
    assert removed.locks == {
        "instance": ("exclusive", ["db.example.org"]),
        "node": ("exclusive", [NODE2]),
        "node-res": ("exclusive", [NODE2]),
    }
    assert removed.called == [("instance_shutdown", (NODE2,)), *[("blockdev_remove", (NODE2,))] * 2]
    assert removed.calls[0].arguments[NODE2][1:] == [3, []]
    assert removed.changes == 3
    assert removed.steps == ["cluster serial +3", "cluster time", *["disks removed"] * 2, "instances removed"]
    assert DB not in removed.after.instances
    assert removed.after.networks[LAN].reservations == "0010000000000000"
    assert removed.hooks == [
        ("instance-remove", "pre", (NODE1,)),
        ("instance-remove", "post", (NODE2, NODE1)),
    ]
    assert removed.hook_env["GANETI_SHUTDOWN_TIMEOUT"] == "3"
    assert removed.log == []


def test_a_directory_goes_with_its_files() -> None:
    """The node is told to remove it once the files are gone."""
    removed = run(InstanceRemove(), answers=GOES, instance_name="mail")
    assert [call.method for call in removed.calls] == [
        "instance_shutdown",
        "blockdev_remove",
        "file_storage_dir_remove",
    ]
    assert removed.calls[-1].arguments == {NODE1: ["/srv/files/mail"]}


def test_ports_are_given_back() -> None:
    """Those of mirrored disks, and the instance's own; the last one given back is the first to be taken again."""
    removed = run(InstanceRemove(), answers=GOES, instance_name="web")
    assert removed.after.cluster.tcpudp_port_pool == (11003, 11002, 11000, 11001)
    assert WEB not in removed.after.instances


def test_all_nodes_of_a_mirror_are_told() -> None:
    """The primary first."""
    removed = run(InstanceRemove(), answers=GOES, instance_name="back")
    assert removed.called[1:] == [("blockdev_remove", (NODE2,)), ("blockdev_remove", (NODE3,))]
    assert BACK not in removed.after.instances


@pytest.mark.parametrize(
    ("answers", "failure", "log"),
    [
        (
            {"instance_shutdown": BROKEN},
            "Could not shutdown instance mail.example.org on node node1.example.org: broken",
            ["Warning: can't shutdown instance: broken"],
        ),
        (
            {"blockdev_remove": BROKEN},
            "Can't remove instance's disks",
            [
                " - WARNING: Could not remove disk 0 on node node1.example.org, continuing anyway: broken",
                "Warning: can't remove instance's disks",
            ],
        ),
        (
            {"file_storage_dir_remove": BROKEN},
            "Can't remove instance's disks",
            [
                " - WARNING: Could not remove directory '/srv/files/mail' on node node1.example.org: broken",
                "Warning: can't remove instance's disks",
            ],
        ),
    ],
)
def test_what_fails_can_be_ignored(answers: Any, failure: str, log: list[object]) -> None:
    """What a node does not do is an error, and nothing is written; or else only told, and the instance goes."""
    failed = run(InstanceRemove(), answers={**GOES, **answers}, instance_name="mail")
    assert failed.failure == exec_error(failure)
    assert failed.changes == 0
    removed = run(InstanceRemove(), answers={**GOES, **answers}, instance_name="mail", ignore_failures=True)
    assert removed.result is None
    assert removed.log == log
    assert MAIL not in removed.after.instances


def test_a_secondary_node_may_be_offline() -> None:
    """What it has of the disks stays there; that is told."""
    offline = evolve(SNAPSHOT.nodes[NODE3], offline=True)
    snapshot = evolve(SNAPSHOT, nodes=SNAPSHOT.nodes.replaced({NODE3: offline}))
    removed = run(InstanceRemove(), snapshot, GOES, instance_name="back")
    assert removed.result is None
    place = "Could not remove disk 0 on node node3.example.org, continuing anyway"
    assert removed.log == [f" - WARNING: {place}: Node is marked offline"]


def test_nothing_is_removed_in_a_dry_run() -> None:
    """Only the hooks before are run."""
    tried = run(InstanceRemove(), answers=GOES, instance_name="mail", dry_run=True)
    assert (tried.result, tried.called, tried.changes) == (None, [], 0)
    assert [phase for _, phase, _ in tried.hooks] == ["pre"]


def test_an_instance_that_is_only_planned_can_be_removed() -> None:
    """Nothing of it is shut down; other opcodes do not take it."""
    planned = evolve(SNAPSHOT.instances[MAIL], forthcoming=True)
    snapshot = evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({MAIL: planned}))
    removed = run(InstanceRemove(), snapshot, GOES, instance_name="mail")
    assert removed.result is None
    assert "instance_shutdown" not in [method for method, _ in removed.called]
    refused = run(InstanceStartup(), snapshot, GOES, instance_name="mail")
    assert refused.failure == prereq("forthcoming instances not supported for this operation", None)
