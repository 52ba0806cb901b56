"""Another secondary address for a node."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.node import NodeSetParams
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1, NODE2, SNAPSHOT
from tests.masterd.units.scripted import Answer, prereq, run

from .scene import ANSWERS, set_params, with_node


def stop_all(snapshot: ClusterSnapshot) -> ClusterSnapshot:
    """The cluster without an instance that is to run."""
    changed = {item.uuid: evolve(item, admin_state="down") for item in snapshot.instances.values()}
    return evolve(snapshot, instances=snapshot.instances.replaced(changed))


def test_a_node_gets_another_secondary_address() -> None:
    """The node must have it and be reached by it; instances that replicate over it are locked and must be down."""
    changed = set_params("node2", stop_all(SNAPSHOT), secondary_ip="198.51.100.99")
    assert changed.result == [["secondary_ip", "198.51.100.99"]]
    assert changed.after.nodes[NODE2].secondary_ip == "198.51.100.99"
    assert changed.locks["instance"] == ("shared", ["back.example.org", "web.example.org"])
    assert changed.called == [("node_has_ip_address", (NODE2,)), ("node_ensure_daemon", (NODE2,))]
    assert "version at 198.51.100.99" in changed.story


_IP: Final = "198.51.100.99"

_SINGLE: Final = with_node(SNAPSHOT, NODE1, secondary_ip=SNAPSHOT.nodes[NODE1].primary_ip)


@pytest.mark.parametrize(
    ("node", "snapshot", "answers", "parameters", "failure"),
    [
        (
            "node2",
            SNAPSHOT,
            {},
            {"secondary_ip": _IP},
            prereq("Instance 'back.example.org' is marked to be up, cannot change secondary ip", "wrong_state"),
        ),
        (
            "node4",
            _SINGLE,
            {},
            {"secondary_ip": _IP},
            prereq(
                "Changing the secondary ip on a single-homed cluster requires the --force option to be passed,"
                " and the target node to be the master"
            ),
        ),
        (
            "node4",
            SNAPSHOT,
            {},
            {"secondary_ip": "192.0.2.14", "force": True},
            prereq(
                "Cannot set the secondary IP to be the same as the primary IP on a multi-homed cluster,"
                " unless the --force option is passed, and the target node is the master"
            ),
        ),
        (
            "node2",
            stop_all(SNAPSHOT),
            {"node_has_ip_address": False},
            {"secondary_ip": _IP},
            prereq(
                "Node claims it doesn't have the secondary ip you gave (198.51.100.99),"
                " please fix and re-run this command",
                "environment_error",
            ),
        ),
        (
            "node2",
            stop_all(SNAPSHOT),
            {"node_has_ip_address": RpcFailure("lost")},
            {"secondary_ip": _IP},
            prereq("Failure checking secondary ip on node node2.example.org: lost", "environment_error"),
        ),
        (
            "node2",
            stop_all(SNAPSHOT),
            {"version": RpcFailure("lost")},
            {"secondary_ip": _IP},
            prereq("Node secondary ip not reachable by TCP based ping to node daemon port", "environment_error"),
        ),
        (
            "node2",
            with_node(SNAPSHOT, NODE2, offline=True, master_candidate=False),
            {},
            {"secondary_ip": _IP},
            prereq(
                "Cannot change secondary IP address: offline node has instances"
                " (back.example.org, web.example.org) configured to use it",
                "wrong_state",
            ),
        ),
    ],
)
def test_an_address_that_cannot_be_is_refused(
    node: str,
    snapshot: ClusterSnapshot,
    answers: Mapping[str, Answer],
    parameters: Mapping[str, Any],
    failure: list[object],
) -> None:
    """What is wrong with an address is said, and nothing is written."""
    refused = run(NodeSetParams(), snapshot, {**ANSWERS, **answers}, node_name=node, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_the_masters_address_may_change_the_kind_of_cluster_by_force() -> None:
    """The master is the first to get a second address, or to lose it."""
    first = set_params("node1", stop_all(_SINGLE), secondary_ip=_IP, force=True)
    assert first.log == [
        " - WARNING: Transitioning from single-homed to multi-homed cluster;"
        " all nodes will require a secondary IP address"
    ]
    last = set_params("node1", stop_all(SNAPSHOT), secondary_ip="192.0.2.11", force=True)
    assert last.log == [
        " - WARNING: Transitioning from multi-homed to single-homed cluster;"
        " secondary IP addresses will have to be removed"
    ]


def test_instances_that_move_meanwhile_are_noticed() -> None:
    """An instance whose lock is not held might be started meanwhile."""

    def split(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        web = next(item for item in snapshot.instances.values() if item.name == "web.example.org")
        renamed = evolve(web, name="www.example.org")
        return evolve(snapshot, instances=snapshot.instances.replaced({web.uuid: renamed}))

    stale = run(
        NodeSetParams(), SNAPSHOT, ANSWERS, meanwhile={LockLevel.NODE: split}, node_name="node2", secondary_ip=_IP
    )
    text = (
        "Instances affected by changing node node2.example.org's secondary IP address have changed since locks were"
        " acquired, wanted 'back.example.org, www.example.org', have 'back.example.org, web.example.org';"
        " retry the operation"
    )
    assert stale.failure == prereq(text, "wrong_state")
