"""The generator: equal seeds give equal clusters, and what it makes up fits together."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from ganeti_lite.simulator import MASTER_NAME, ClusterShape, build_config, encode_config

from .strategies import shapes

Config = dict[str, Any]


def nics_of(config: Config) -> Iterator[dict[str, Any]]:
    """All interfaces of all instances."""
    return itertools.chain.from_iterable(instance["nics"] for instance in config["instances"].values())


def drbd_ends_of(config: Config) -> Iterator[tuple[str, int]]:
    """Node and minor of both ends of all DRBD disks."""
    for disk in config["disks"].values():
        if disk["dev_type"] == "drbd":
            first, second, _port, first_minor, second_minor, _secret = disk["logical_id"]
            yield from ((first, first_minor), (second, second_minor))


def ports_of(config: Config) -> list[int]:
    """Console ports of instances and ports of DRBD disks."""
    consoles = [each["network_port"] for each in config["instances"].values() if "network_port" in each]
    return consoles + [each["logical_id"][2] for each in config["disks"].values() if each["dev_type"] == "drbd"]


def times_of(value: object) -> Iterator[float]:
    """Every creation and modification time in the configuration."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key in ("ctime", "mtime"))
        yield from itertools.chain.from_iterable(times_of(each) for each in value.values())
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(times_of(each) for each in value)


def uuids_of(value: object) -> Iterator[str]:
    """Every object's own UUID."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "uuid")
        yield from itertools.chain.from_iterable(uuids_of(each) for each in value.values())
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(uuids_of(each) for each in value)


def has_duplicates(values: Iterator[object] | list[Any]) -> bool:
    """Whether any value comes twice."""
    return any(count > 1 for count in Counter(values).values())


@given(shapes())
def test_equal_shapes_give_equal_bytes(shape: ClusterShape) -> None:
    """The same shape and seed give the same file, byte by byte."""
    assert encode_config(build_config(shape)) == encode_config(build_config(shape))


def test_another_seed_gives_another_cluster() -> None:
    """A seed changes what is in the cluster, not how much."""
    one, other = build_config(ClusterShape(seed=1)), build_config(ClusterShape(seed=2))
    assert not one["instances"].keys() & other["instances"].keys()
    assert len(one["instances"]) == len(other["instances"])


def test_a_larger_cluster_has_the_same_nodes() -> None:
    """The number of instances has no influence on nodes and groups."""
    small, large = build_config(ClusterShape(instances=3)), build_config(ClusterShape(instances=300))
    assert small["nodes"] == large["nodes"]


@given(shapes())
def test_numbers_are_those_of_the_shape(shape: ClusterShape) -> None:
    """As many objects of each kind as the shape says."""
    config = build_config(shape)
    counts = {kind: len(config[kind]) for kind in ("nodes", "instances", "nodegroups", "networks")}
    assert counts == {
        "nodes": shape.nodes,
        "instances": shape.instances,
        "nodegroups": shape.groups,
        "networks": shape.networks,
    }


@given(shapes())
def test_nothing_that_must_be_unique_comes_twice(shape: ClusterShape) -> None:
    """Names, UUIDs, MAC and IP addresses, DRBD minors of a node, and ports are handed out once."""
    config = build_config(shape)
    instances, nodes = config["instances"].values(), config["nodes"].values()
    assert not has_duplicates([each["name"] for each in instances])
    assert not has_duplicates([each[key] for each in nodes for key in ("primary_ip", "secondary_ip")])
    assert not has_duplicates(uuids_of(config))
    assert not has_duplicates([nic["mac"] for nic in nics_of(config)])
    assert not has_duplicates([nic["ip"] for nic in nics_of(config) if "ip" in nic])
    assert not has_duplicates(drbd_ends_of(config))
    cluster = config["cluster"]
    assert not has_duplicates([*ports_of(config), *cluster["tcpudp_port_pool"]])
    assert max([*ports_of(config), *cluster["tcpudp_port_pool"]], default=0) <= cluster["highest_used_port"]


@given(shapes())
def test_every_reference_leads_somewhere(shape: ClusterShape) -> None:
    """Nodes have groups, instances nodes and disks, interfaces networks, disks nodes; and keys are UUIDs."""
    config = build_config(shape)
    nodes, disks = config["nodes"], config["disks"]
    assert {node["group"] for node in nodes.values()} <= config["nodegroups"].keys()
    assert {each["primary_node"] for each in config["instances"].values()} <= nodes.keys()
    used = list(itertools.chain.from_iterable(each["disks"] for each in config["instances"].values()))
    assert sorted(used) == sorted(disks)
    assert {node for disk in disks.values() for node in disk["nodes"]} <= nodes.keys()
    assert {nic["network"] for nic in nics_of(config) if "network" in nic} <= config["networks"].keys()
    for kind in ("nodes", "nodegroups", "instances", "networks", "disks", "filters"):
        assert all(key == entry["uuid"] for key, entry in config[kind].items())
        assert list(config[kind]) == sorted(config[kind])


@given(shapes())
def test_drbd_disks_join_two_nodes_of_a_group(shape: ClusterShape) -> None:
    """Both ends of a DRBD disk are different nodes of one group, one of them the instance's primary."""
    config = build_config(shape)
    for instance in config["instances"].values():
        for disk in (config["disks"][uuid] for uuid in instance["disks"]):
            if disk["dev_type"] == "drbd":
                first, second = disk["logical_id"][:2]
                assert first != second
                assert instance["primary_node"] in (first, second)
                assert config["nodes"][first]["group"] == config["nodes"][second]["group"]
                assert [child["dev_type"] for child in disk["children"]] == ["plain", "plain"]


@given(shapes())
def test_addresses_in_networks_are_reserved_there(shape: ClusterShape) -> None:
    """An interface's network is connected to its group, and exactly the taken addresses are marked."""
    config = build_config(shape)
    taken: Counter[str] = Counter()
    for instance in config["instances"].values():
        group = config["nodegroups"][config["nodes"][instance["primary_node"]]["group"]]
        for nic in instance["nics"]:
            if "network" in nic:
                taken[nic["network"]] += 1
                assert nic["nicparams"] == group["networks"][nic["network"]]
                third, fourth = nic["ip"].split(".")[2:]
                assert config["networks"][nic["network"]]["reservations"][int(third) * 256 + int(fourth)] == "1"
    for uuid, network in config["networks"].items():
        assert network["reservations"].count("1") == taken[uuid]
        assert len(network["reservations"]) == len(network["ext_reservations"])
        assert "11" not in {a + b for a, b in zip(network["reservations"], network["ext_reservations"], strict=True)}


@given(shapes())
def test_roles_of_nodes_are_possible(shape: ClusterShape) -> None:
    """The master is a candidate, retired nodes are not, and from three nodes on there is one of each retired kind."""
    config = build_config(shape)
    nodes = config["nodes"].values()
    master = config["nodes"][config["cluster"]["master_node"]]
    assert master["name"] == MASTER_NAME
    assert master["master_candidate"]
    assert not any(node["master_candidate"] and (node["offline"] or node["drained"]) for node in nodes)
    assert not any(node["offline"] and node["drained"] for node in nodes)
    assert any(node["offline"] for node in nodes) == any(node["drained"] for node in nodes) == (shape.nodes >= 3)
    candidates = {uuid for uuid, node in config["nodes"].items() if node["master_candidate"]}
    assert candidates == config["cluster"]["candidate_certs"].keys()


@given(shapes())
def test_memory_and_states_are_plausible(shape: ClusterShape) -> None:
    """Minimum memory is not above the maximum, and disks are active where the instance is to run."""
    config = build_config(shape)
    for instance in config["instances"].values():
        params = {**config["cluster"]["beparams"]["default"], **instance["beparams"]}
        assert 128 <= params["minmem"] <= params["maxmem"] <= 65536
        assert instance["disks_active"] == (instance["admin_state"] == "up")


@given(shapes())
def test_no_time_is_later_than_the_epoch(shape: ClusterShape) -> None:
    """All times are before the made-up present, whatever the clock says."""
    epoch = 1_000_000_000
    assert all(0 <= moment <= epoch for moment in times_of(build_config(shape, epoch)))


def test_the_default_cluster_has_every_kind_of_thing() -> None:
    """Two dozen instances are enough to see each disk template, admin state and several hypervisors."""
    config = build_config(ClusterShape())
    instances, disks = config["instances"].values(), config["disks"].values()
    assert {disk["dev_type"] for disk in disks} == {"drbd", "plain", "file", "sharedfile", "rbd"}
    assert any(not instance["disks"] for instance in instances)
    assert {instance["admin_state"] for instance in instances} == {"up", "down", "offline"}
    assert {instance["hypervisor"] for instance in instances} == set(config["cluster"]["enabled_hypervisors"])
    assert any("+" in instance["os"] for instance in instances)
    assert any("network" in nic for nic in nics_of(config))
    assert any("network" not in nic for nic in nics_of(config))


def test_the_file_is_one_line_without_blanks() -> None:
    """The bytes are compact JSON, as wconfd writes them, in the order of its keys."""
    config = build_config(ClusterShape())
    encoded = encode_config(config)
    assert json.loads(encoded) == config
    assert b"\n" not in encoded
    assert encoded.startswith(b'{"version":3000000,"cluster":{"rsahostkeypub":"')


@pytest.mark.parametrize(
    "wrong", [{"nodes": 0}, {"nodes": 70_000}, {"instances": -1}, {"groups": 0}, {"networks": -1}, {"networks": 500}]
)
def test_impossible_shapes_are_refused(wrong: dict[str, int]) -> None:
    """A shape that no cluster can have is a ValueError, which names what is wrong."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ClusterShape(**wrong)
