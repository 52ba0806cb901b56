"""Relations: each against a straightforward search, and what happens when two threads want one at once."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest
from hypothesis import given

from ganeti_lite.config import parse_config
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, drbd_nodes
from tests.strategies import MISSING_UUID, JsonObject, configs

from . import naive
from .plain import RELATIONS, plain_relations

THREADS = 4
NODE_A, NODE_B, NODE_C = "node-a", "node-b", "node-c"


def load(config: JsonObject) -> ClusterSnapshot:
    """The snapshot of a configuration."""
    return parse_config(encode_config(config))


@given(configs())
def test_relations_are_those_of_a_search(config: JsonObject) -> None:
    """Every relation has the keys and values, in the order, that a search through all objects finds."""
    found = {name: dict(map(_as_pair, pairs)) for name, pairs in plain_relations(load(config)).items()}
    assert found == naive.relations(config)


def _as_pair(pair: list[object]) -> tuple[object, object]:
    key, value = pair
    return key, value


@given(configs())
def test_look_ups_are_those_of_a_search(config: JsonObject) -> None:
    """Master, groups of nodes, disks and secondary nodes of instances, missing ones included."""
    snapshot = load(config)
    master = config["cluster"]["master_node"]
    assert snapshot.master is snapshot.nodes.get(master)
    assert (snapshot.master is None) is (master not in config["nodes"])
    for node in snapshot.nodes.values():
        assert snapshot.group_of(node) is snapshot.nodegroups.get(node.group)
    for instance in snapshot.instances.values():
        check_instance(config, snapshot, instance)


def check_instance(config: JsonObject, snapshot: ClusterSnapshot, instance: Instance) -> None:
    """Disks and secondary nodes of an instance are those in the file."""
    uuids = config["instances"][instance.uuid].get("disks", [])
    disks = [config["disks"].get(uuid) for uuid in uuids]
    is_whole = None not in disks
    found = snapshot.disks_of(instance)
    assert (found is not None) is is_whole
    assert not is_whole or [disk.uuid for disk in found or ()] == uuids
    is_whole &= instance.primary_node in config["nodes"]
    secondaries = snapshot.secondary_nodes_of(instance)
    assert (secondaries is not None) is is_whole
    if secondaries is not None:
        named = naive.once(node for disk in disks if disk for node in naive.drbd_nodes(disk))
        assert list(secondaries) == [
            node for node in named if node in config["nodes"] and node != instance.primary_node
        ]


@pytest.mark.parametrize(
    ("ends", "by_secondary", "secondaries"),
    [
        ((NODE_A, NODE_B), {NODE_B}, (NODE_B,)),
        ((NODE_B, NODE_A), {NODE_B}, (NODE_B,)),
        ((NODE_A, NODE_A), {NODE_A}, ()),
        ((NODE_B, NODE_C), {NODE_B, NODE_C}, (NODE_B, NODE_C)),
        ((NODE_A, MISSING_UUID), {MISSING_UUID}, ()),
        ((None, NODE_B), {NODE_B}, (NODE_B,)),
    ],
)
def test_ends_of_a_mirror(ends: tuple[str, str], by_secondary: set[str], secondaries: tuple[str, ...]) -> None:
    """The instance counts for each end less its primary once; as its secondaries, the others that exist."""
    disk = {"uuid": "d", "serial_no": 1, "dev_type": "drbd", "size": 1, "logical_id": [*ends, 1, 0, 0, "x"]}
    group = {"uuid": "g", "name": "g"}
    nodes = {uuid: {"uuid": uuid, "serial_no": 1, "name": uuid, "group": "g"} for uuid in (NODE_A, NODE_B, NODE_C)}
    config = build_config(ClusterShape(nodes=1, instances=1, groups=1, networks=0))
    (instance,) = config["instances"].values()
    instance |= {"primary_node": NODE_A, "disks": ["d"]}
    config |= {
        "nodes": {uuid: {"primary_ip": uuid, "secondary_ip": uuid, **node} for uuid, node in nodes.items()},
        "nodegroups": {"g": group},
        "disks": {"d": disk},
    }
    snapshot = load(config)
    assert snapshot.instances_by_secondary.keys() == by_secondary
    assert snapshot.secondary_nodes_of(*snapshot.instances.values()) == secondaries


def test_peers_of_children_count() -> None:
    """A DRBD disk below another disk names peers, too; other types of disks name none."""
    inner = Disk("c", "drbd", ("n1", "n2", 1, 0, 0, "x"))
    assert drbd_nodes(Disk("a", "plain", ("vg", "lv"), children=(Disk("b", children=(inner,)),))) == ["n1", "n2"]
    assert drbd_nodes(Disk("a", "plain", ("n1", "n2"))) == []


def test_every_relation_is_tested() -> None:
    """A relation that is new gets a second opinion, too."""
    attributes = {field.name for field in attrs.fields(ClusterSnapshot)}
    slots = {name for name, value in vars(ClusterSnapshot).items() if inspect.ismemberdescriptor(value)}
    assert slots - attributes == set(RELATIONS)


def test_a_relation_is_derived_once() -> None:
    """Asking again gives the same mapping."""
    snapshot = load(build_config(ClusterShape()))
    for name in RELATIONS:
        assert getattr(snapshot, name) is getattr(snapshot, name)


@pytest.mark.parametrize("name", RELATIONS)
def test_threads_that_derive_at_once(name: str) -> None:
    """Threads that want a relation at the same moment get equal ones, and those who come later the one that is kept."""
    snapshot = load(build_config(ClusterShape(nodes=20, instances=200)))
    start = threading.Barrier(THREADS)

    def derive(_: int) -> object:
        start.wait()
        return getattr(snapshot, name)

    with ThreadPoolExecutor(THREADS) as pool:
        derived = list(pool.map(derive, range(THREADS)))
    assert all(relation == derived[0] for relation in derived)
    assert getattr(snapshot, name) in derived
    assert any(getattr(snapshot, name) is relation for relation in derived)
