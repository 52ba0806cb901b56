"""Dangling references: each kind is found at its place, and a whole configuration has none."""

from collections.abc import Container
from typing import Any

import pytest
from hypothesis import given

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import drbd_nodes, find_dangling
from tests.config.places import CONFIG, DISK, GROUP, INSTANCE, NODE, Steps, encode, replaced
from tests.strategies import MISSING_UUID, JsonObject, configs

CHILD = {"uuid": "c", "dev_type": "drbd", "size": 1, "logical_id": [NODE, MISSING_UUID, 1, 0, 0, "x"]}

KINDS: list[tuple[Steps, Any, str, str]] = [
    (("cluster", "master_node"), MISSING_UUID, "cluster/master_node", "node"),
    (("nodes", NODE, "group"), MISSING_UUID, f"nodes/{NODE}/group", "node group"),
    (("nodegroups", GROUP, "networks"), {MISSING_UUID: {}}, f"nodegroups/{GROUP}/networks", "network"),
    (("instances", INSTANCE, "primary_node"), MISSING_UUID, f"instances/{INSTANCE}/primary_node", "node"),
    (("instances", INSTANCE, "disks", 1), MISSING_UUID, f"instances/{INSTANCE}/disks/1", "disk"),
    (("instances", INSTANCE, "nics", 0, "network"), MISSING_UUID, f"instances/{INSTANCE}/nics/0/network", "network"),
    (("disks", DISK, "logical_id", 1), MISSING_UUID, f"disks/{DISK}/logical_id/1", "node"),
    (("disks", DISK, "nodes", 0), MISSING_UUID, f"disks/{DISK}/nodes/0", "node"),
    (("disks", DISK, "children"), [CHILD], f"disks/{DISK}/children/0/logical_id/1", "node"),
]


def list_dangling(config: JsonObject) -> list[str]:
    """The dangling references of a configuration as text."""
    return [str(reference) for reference in find_dangling(parse_config(encode(config)))]


@pytest.mark.parametrize(("steps", "value", "path", "kind"), KINDS, ids=[path for _, _, path, _ in KINDS])
def test_each_kind(steps: Steps, value: Any, path: str, kind: str) -> None:
    """A reference that leads nowhere is told with its place, what is missing and the UUID."""
    assert list_dangling(replaced(CONFIG, steps, value)) == [f"{path}: there is no {kind} {MISSING_UUID}"]


def test_several_in_order() -> None:
    """All of them are found, in order of tables."""
    config = CONFIG
    for steps, value, _, _ in KINDS:
        config = replaced(config, steps, value)
    assert [text.partition(":")[0] for text in list_dangling(config)] == [path for _, _, path, _ in KINDS]


def test_a_whole_configuration_has_none() -> None:
    """Nothing is reported where nothing is missing; forthcoming objects refer to nothing."""
    assert list_dangling(CONFIG) == []


@given(configs())
def test_found_just_where_something_is_missing(config: JsonObject) -> None:
    """What is reported is not there, and what a relation leads to is there unless it is reported."""
    snapshot = parse_config(encode_config(config))
    tables: dict[str, Container[str]] = {
        "node": snapshot.nodes,
        "node group": snapshot.nodegroups,
        "network": snapshot.networks,
        "disk": snapshot.disks,
    }
    reported = list(find_dangling(snapshot))
    assert all(reference.uuid not in tables[reference.kind] for reference in reported)
    missing = {(reference.kind, reference.uuid) for reference in reported}
    led_to = [
        ("node", [*snapshot.instances_by_primary, *snapshot.instances_by_secondary]),
        ("node", [node for disk in snapshot.disks.values() for node in (*disk.nodes, *drbd_nodes(disk))]),
        ("disk", snapshot.instances_by_disk),
        ("network", [*snapshot.instances_by_network, *snapshot.groups_by_network]),
        ("node group", snapshot.nodes_by_group),
    ]
    for kind, uuids in led_to:
        assert {(kind, uuid) for uuid in uuids if uuid not in tables[kind]} <= missing
