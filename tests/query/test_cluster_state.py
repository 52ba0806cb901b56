"""The cluster as one row, and as values by name."""

import json
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.constants import ItemType
from ganeti_lite.query import (
    ClusterState,
    QueryRequest,
    check_request,
    evaluate_objects,
    list_config_values,
    parse_filter,
)
from ganeti_lite.query.fields import FIELDS
from ganeti_lite.snapshot import ClusterSnapshot

from .small_clusters import CLUSTER, make_objects, make_snapshot

STATE = ClusterState(True, 1800000000, ("64bits", "x86_64"), "(ganeti-lite) version 1")
IDLE = evolve(STATE, is_drained=False, watcher_pause=None)
SNAPSHOT = make_snapshot(nodes=make_objects("node", {"node": "node1.example.com"}))


def ask(field: str, state: ClusterState = STATE, snapshot: ClusterSnapshot = SNAPSHOT, qfilter: object = None) -> Any:
    """The cells of a field: of one row, or of none if the filter says so."""
    plan = check_request(QueryRequest(ItemType.CLUSTER, (field,), parse_filter(qfilter)))
    return [row[0] for row in json.loads(evaluate_objects(plan, [state], snapshot))["data"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cluster_name", "cluster.example.com"),
        ("name", "cluster.example.com"),
        ("master_node", "node1.example.com"),
        ("volume_group_name", None),
        ("tags", []),
        ("architecture", ["64bits", "x86_64"]),
        ("drain_flag", True),
        ("watcher_pause", 1800000000),
        ("software_version", "3.0.2"),
        ("protocol_version", 3000000),
        ("config_version", 3000000),
        ("os_api_version", 20),
        ("export_version", 0),
        ("vcs_version", "(ganeti-lite) version 1"),
    ],
)
def test_values(field: str, value: object) -> None:
    """What is told of the cluster."""
    assert ask(field) == [[0, value]]


def test_what_there_is_not() -> None:
    """A watcher that runs, times that are not stored and a master that is no node have no value."""
    assert ask("watcher_pause", IDLE) == [[3, None]]
    assert ask("ctime") == ask("mtime") == [[3, None]]
    assert ask("master_node", snapshot=make_snapshot()) == [[2, None]]
    assert ask("nosuch") == [[1, None]]


def test_stored_values() -> None:
    """Tags, times and the volume group are those of the cluster object."""
    cluster = evolve(CLUSTER, tags=("a", "b"), volume_group_name="xenvg", ctime=1.25, mtime=2)
    snapshot = make_snapshot(cluster=cluster)
    assert ask("tags", snapshot=snapshot) == [[0, ["a", "b"]]]
    assert ask("volume_group_name", snapshot=snapshot) == [[0, "xenvg"]]
    assert (ask("ctime", snapshot=snapshot), ask("mtime", snapshot=snapshot)) == ([[0, 1.25]], [[0, 2]])


def test_filters() -> None:
    """The row passes or does not; names are host names."""
    assert ask("name", qfilter=["==", "cluster_name", "cluster"]) == [[0, "cluster.example.com"]]
    assert ask("name", qfilter=["==", "name", "other"]) == []
    assert ask("name", IDLE, qfilter=["?", "drain_flag"]) == []
    assert ask("name", qfilter=["?", "drain_flag"]) == [[0, "cluster.example.com"]]


@pytest.mark.parametrize("name", FIELDS[ItemType.CLUSTER])
def test_every_field_is_told(name: str) -> None:
    """No field of the smallest cluster is an error."""
    assert len(ask(name, snapshot=make_snapshot())) == 1


def test_values_by_name() -> None:
    """Values come in the order of the names, as often as they are named; null for a name that is not known."""
    names = ["ssh_key_type", "nosuch", "cluster_name", "drain_flag", "drain_flag", "", "watcher_pause", "master_node"]
    assert list_config_values(SNAPSHOT, STATE, names) == [
        CLUSTER.ssh_key_type,
        None,
        "cluster.example.com",
        True,
        True,
        None,
        1800000000,
        "node1.example.com",
    ]
    assert list_config_values(make_snapshot(), IDLE, ["master_node", "watcher_pause", "drain_flag"]) == [
        None,
        None,
        False,
    ]
    assert list_config_values(SNAPSHOT, STATE, ["ssh_key_bits", "modify_ssh_setup"]) == [
        CLUSTER.ssh_key_bits,
        CLUSTER.modify_ssh_setup,
    ]
    assert list_config_values(SNAPSHOT, STATE, []) == []
