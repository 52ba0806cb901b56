"""The ssconf values: their keys, contents and order, for a cluster with a bit of everything."""

from attrs import evolve

from ganeti_lite.config import parse_config
from ganeti_lite.config.ssconf import ssconf_text, ssconf_values
from ganeti_lite.snapshot import EMPTY, Network, Node, NodeGroup, Table
from tests.query.small_clusters import CLUSTER, make_snapshot

from .upgrades.golden import CLUSTER as GOLDEN

EXPECTED = {
    "cluster_name": ("beta.example.org",),
    "master_candidates": ("node1.example.org", "node2.example.org"),
    "master_candidates_ips": ("192.0.2.11", "192.0.2.12"),
    "master_node": ("node1.example.org",),
    "node_list": tuple(f"node{number}.example.org" for number in range(1, 5)),
    "offline_nodes": ("node4.example.org",),
    "online_nodes": tuple(f"node{number}.example.org" for number in range(1, 4)),
    "instance_list": tuple(
        f"{name}.example.org" for name in ("back", "db", "lun", "mail", "pvm", "shared", "thin", "web")
    ),
    "release_version": ("3.0.2",),
    "uid_pool": ("4000-4019",),
    "maintain_node_health": ("False",),
    "primary_ip_family": ("2",),
}


def test_values_of_the_golden_cluster() -> None:
    """Some values in full."""
    values = ssconf_values(parse_config(GOLDEN.read_bytes()))
    assert {key: values[key] for key in EXPECTED} == EXPECTED
    assert list(values) == sorted(values)


def nodes(*names: str, **members: object) -> Table[Node]:
    """Nodes whose UUIDs go the other way round than their names."""
    return Table.of(
        Node(f"{9 - index}", 1, name, f"192.0.2.{index}", f"198.51.100.{index}", "g", **members)  # type: ignore[arg-type]  # members of nodes
        for index, name in enumerate(names)
    )


def test_order() -> None:
    """Nodes stand in the order of their names, where digits count as numbers; candidates in that of their UUIDs."""
    snapshot = evolve(make_snapshot(), nodes=nodes("node2", "node10", "node9", master_candidate=True))
    values = ssconf_values(snapshot)
    assert values["node_list"] == ("node2", "node9", "node10")
    assert values["node_secondary_ips"] == ("node2 198.51.100.0", "node9 198.51.100.2", "node10 198.51.100.1")
    assert values["master_candidates"] == ("node9", "node10", "node2")
    assert values["master_candidates_ips"] == ("192.0.2.2", "192.0.2.1", "192.0.2.0")


def test_the_master_is_a_candidate() -> None:
    """Even if it is not marked as one."""
    snapshot = evolve(make_snapshot(cluster=evolve(CLUSTER, master_node="8")), nodes=nodes("node1", "node2", "node3"))
    assert ssconf_values(snapshot)["master_candidates"] == ("node2",)


def test_groups_and_networks() -> None:
    """Groups stand in the order of their names, networks in that of their UUIDs, each behind its UUID."""
    snapshot = make_snapshot(
        nodegroups=[NodeGroup("1", "rack10"), NodeGroup("2", "rack9")],
        networks=[Network("1", 1, "z", "192.0.2.0/24"), Network("2", 1, "a", "192.0.2.0/24")],
    )
    values = ssconf_values(snapshot)
    assert values["nodegroups"] == ("2 rack9", "1 rack10")
    assert values["networks"] == ("1 z", "2 a")


def test_ssh_ports_are_filled() -> None:
    """A node's own port, else its group's, else the cluster's; a node of no group has none."""
    cluster = evolve(CLUSTER, ndparams={"ssh_port": 22})
    snapshot = make_snapshot(cluster=cluster, nodegroups=[NodeGroup("g", "default", ndparams={"ssh_port": 2222})])
    filled = [
        evolve(node, ndparams={"ssh_port": 5} if node.name == "b" else EMPTY) for node in nodes("a", "b").values()
    ]
    lost = evolve(filled[0], uuid="0", name="c", group="none")
    assert ssconf_values(evolve(snapshot, nodes=Table.of([*filled, lost])))["ssh_ports"] == ("a=2222", "b=5")


def test_parameters_of_hypervisors() -> None:
    """Each has its file, with truth values spelt as Python does."""
    cluster = evolve(CLUSTER, hvparams={"kvm": {"acpi": True, "boot_order": "disk", "vnc": None}, "fake": EMPTY})
    values = ssconf_values(make_snapshot(cluster=cluster))
    assert values["hvparams_kvm"] == ("acpi=True", "boot_order=disk", "vnc=None")
    assert values["hvparams_fake"] == ()


def test_texts() -> None:
    """Every line ends; an empty value is an empty file."""
    assert ssconf_text(("a", "b")) == "a\nb\n"
    assert ssconf_text(()) == ""
