"""Fill rules, each as a table of levels and what they make."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.snapshot import (
    EMPTY,
    Cluster,
    Instance,
    Node,
    NodeGroup,
    default_hvparams,
    fill_beparams,
    fill_diskparams,
    fill_free,
    fill_hvparams,
    fill_ipolicy,
    fill_ndparams,
    fill_nicparams,
    fill_osparams,
    fill_typed,
    without_globals,
)

from .plain import plain

CLUSTER = Cluster(
    uuid="c",
    serial_no=1,
    cluster_name="cluster",
    master_node="n",
    master_ip="192.0.2.1",
    enabled_hypervisors=("kvm",),
    mac_prefix="aa:00:00",
    hvparams={"kvm": {"acpi": True, "kernel": "a", "migration_port": 8102}},
    os_hvp={"image+small": {"kvm": {"kernel": "b", "vga": "std"}}, "image": {"kvm": {"kernel": "never"}}},
    beparams={"default": {"minmem": 1, "maxmem": 2, "vcpus": 3}},
    nicparams={"default": {"mode": "bridged", "link": "br0", "vlan": ""}},
    ndparams={"oob_program": "", "spindle_count": 1, "ssh_port": 22, "cpu_speed": 1},
    ipolicy={
        "minmax": ({"min": {"cpu-count": 1}},),
        "std": {"memory-size": 1, "cpu-count": 1},
        "spindle-ratio": 32,
        "disk-templates": ("plain",),
    },
    diskparams={"plain": {"stripes": 1}, "drbd": {"protocol": "C", "metavg": "vg"}},
    osparams={"image": {"size": "1", "dhcp": "no"}, "image+small": {"size": "never"}},
)
GROUP = NodeGroup("g", "group")
NODE = Node("n", 1, "node", "192.0.2.1", "192.0.2.1", "g")


def shown(value: Any) -> str:
    """A mapping as text, order included."""
    return json.dumps(plain(value))


@pytest.mark.parametrize(
    ("levels", "filled"),
    [
        ([{}], {}),
        ([{"b": 1, "a": 2, "x": 3}], {"a": 2, "b": 1}),
        ([{"a": 1, "b": 1}, {"b": 2}, {"c": 3}], {"a": 1, "b": 2, "c": 3}),
        ([{"a": None}, {}], {"a": None}),
    ],
)
def test_typed_families(levels: list[Mapping[str, Any]], filled: object) -> None:
    """The last level that has a parameter has the say; the order is the declared one, others are dropped."""
    assert shown(fill_typed(("a", "b", "c"), *levels)) == shown(filled)


@pytest.mark.parametrize(
    ("levels", "filled"),
    [
        ([{}], {}),
        ([{"a": 1}, {}, {}], {"a": 1}),
        ([{"b": 1}, {"c": 2, "a": 3}, {"b": None}], {"a": 3, "b": None, "c": 2}),
        ([{}, {"b": {"x": 1}}, {"b": {"y": 1}}], {"b": {"y": 1}}),
    ],
)
def test_free_families(levels: list[Mapping[str, Any]], filled: object) -> None:
    """All parameters of all levels, sorted by name; nothing is merged deeper."""
    assert shown(fill_free(*levels)) == shown(filled)


@pytest.mark.parametrize(
    ("hypervisor", "os", "own", "filled"),
    [
        ("kvm", "noop", {}, {"acpi": True, "kernel": "a", "migration_port": 8102}),
        ("kvm", "image+small", {}, {"acpi": True, "kernel": "b", "migration_port": 8102, "vga": "std"}),
        ("kvm", "image+large", {"kernel": "c"}, {"acpi": True, "kernel": "c", "migration_port": 8102}),
        ("kvm", None, {}, {"acpi": True, "kernel": "a", "migration_port": 8102}),
        ("fake", "image+small", {"x": 1}, {"x": 1}),
        (None, "image", {"x": 1}, {}),
    ],
)
def test_hypervisor_parameters(hypervisor: str | None, os: str | None, own: Any, filled: object) -> None:
    """Cluster, then OS by its full name only, then the instance."""
    instance = Instance("i", 1, hypervisor=hypervisor, os=os, hvparams=own)
    assert shown(fill_hvparams(CLUSTER, instance)) == shown(filled)


def test_global_hypervisor_parameters() -> None:
    """Parameters that hold for the cluster only can be left out; where there are none, nothing is copied."""
    defaults = default_hvparams(CLUSTER, "kvm", None)
    assert shown(without_globals(defaults)) == shown({"acpi": True, "kernel": "a"})
    rest = without_globals(defaults)
    assert without_globals(rest) is rest


def test_backend_and_nic_parameters() -> None:
    """The cluster's ``default`` level, then the object's own; without the former nothing is known."""
    assert shown(fill_beparams(CLUSTER, {"vcpus": 9, "x": 1})) == shown({"minmem": 1, "maxmem": 2, "vcpus": 9})
    assert shown(fill_nicparams(CLUSTER, {"link": "br1"})) == shown({"mode": "bridged", "link": "br1", "vlan": ""})
    bare = evolve(CLUSTER, beparams={"other": {}}, nicparams={})
    assert fill_beparams(bare, {"vcpus": 9}) is None
    assert fill_nicparams(bare, {"link": "br1"}) is None


@pytest.mark.parametrize(
    ("os", "own", "filled"),
    [
        ("image", {}, {"size": "1", "dhcp": "no"}),
        ("image+small", {"dhcp": "yes"}, {"dhcp": "yes", "size": "1"}),
        ("image+small+x", {}, {"size": "1", "dhcp": "no"}),
        ("noop", {"a": "b"}, {"a": "b"}),
        ("", {}, {}),
        (None, {"a": "b"}, {"a": "b"}),
    ],
)
def test_os_parameters(os: str | None, own: Any, filled: object) -> None:
    """The base OS's (up to the first ``+``; the full name is not looked up), then the instance's."""
    assert shown(fill_osparams(CLUSTER, Instance("i", 1, os=os, osparams=own))) == shown(filled)


def test_node_parameters() -> None:
    """Cluster, then group, then node, in the declared order."""
    group = evolve(GROUP, ndparams={"cpu_speed": 2, "spindle_count": 4})
    assert shown(fill_ndparams(CLUSTER, group)) == shown(
        {"oob_program": "", "spindle_count": 4, "ssh_port": 22, "cpu_speed": 2}
    )
    node = evolve(NODE, ndparams={"spindle_count": 8, "colour": "red"})
    assert shown(fill_ndparams(CLUSTER, group, node)) == shown(
        {"oob_program": "", "spindle_count": 8, "ssh_port": 22, "cpu_speed": 2}
    )


@pytest.mark.parametrize(
    ("own", "changes"),
    [
        ({}, {}),
        ({"spindle-ratio": 1, "disk-templates": ("drbd",)}, {"spindle-ratio": 1, "disk-templates": ["drbd"]}),
        ({"minmax": ({"max": {}},)}, {"minmax": [{"max": {}}]}),
        ({"std": {"cpu-count": 5, "disk-size": 7}}, {"std": {"memory-size": 1, "disk-size": 7, "cpu-count": 5}}),
        ({"x": 1}, {}),
    ],
)
def test_instance_policies(own: Any, changes: dict[str, Any]) -> None:
    """``std`` is merged key by key; everything else of the group replaces the cluster's as a whole."""
    filled = {**plain(CLUSTER.ipolicy), **changes}
    assert shown(fill_ipolicy(CLUSTER, evolve(GROUP, ipolicy=own))) == shown(filled)


def test_instance_policy_without_std() -> None:
    """A ``std`` that only one side has is taken as it is."""
    bare = evolve(CLUSTER, ipolicy={"spindle-ratio": 1})
    assert shown(fill_ipolicy(bare, evolve(GROUP, ipolicy={"std": {"x": 1}}))) == shown(
        {"std": {"x": 1}, "spindle-ratio": 1}
    )


def test_disk_parameters() -> None:
    """A group's template replaces the cluster's as a whole; templates are sorted."""
    group = evolve(GROUP, diskparams={"rbd": {"pool": "x"}, "drbd": {"protocol": "A"}})
    assert shown(fill_diskparams(CLUSTER, group)) == shown(
        {"drbd": {"protocol": "A"}, "plain": {"stripes": 1}, "rbd": {"pool": "x"}}
    )
    assert shown(fill_diskparams(CLUSTER, GROUP)) == shown(
        {"drbd": {"protocol": "C", "metavg": "vg"}, "plain": {"stripes": 1}}
    )


@pytest.mark.parametrize(
    "fill",
    [
        lambda: fill_typed(("a",), {"a": 1}),
        lambda: fill_free({"a": 1}, {"b": 1}),
        lambda: fill_ipolicy(CLUSTER, GROUP),
        lambda: fill_diskparams(CLUSTER, GROUP),
        lambda: without_globals({"xen_cmd": "xl"}),
        lambda: EMPTY,
    ],
)
def test_filled_parameters_are_read_only(fill: Any) -> None:
    """What a rule makes can be shared as everything else."""
    with pytest.raises(TypeError):
        fill()["a"] = 1
