"""Snapshots with nodes where a test wants them."""

from attrs import evolve

from ganeti_lite.config import parse_config
from ganeti_lite.snapshot import ClusterSnapshot, Node, Table
from tests.doubles.clusters import config_bytes

MASTER = "master-uuid"


def make_node(name: str, address: str = "", *, candidate: bool = True, offline: bool = False) -> Node:
    """A node whose UUID is its name and ``-uuid``."""
    return Node(
        uuid=f"{name}-uuid",
        serial_no=1,
        name=name,
        primary_ip=address or f"192.0.2.{len(name)}",
        secondary_ip="192.0.2.250",
        group="group-uuid",
        master_candidate=candidate,
        offline=offline,
    )


def make_snapshot(*nodes: Node) -> ClusterSnapshot:
    """A cluster of these nodes and a master, ``master``."""
    made_up = parse_config(config_bytes())
    return evolve(
        made_up,
        cluster=evolve(made_up.cluster, master_node=MASTER, cluster_name="cluster.example.com"),
        nodes=Table.of([make_node("master", "192.0.2.200"), *nodes]),
    )
