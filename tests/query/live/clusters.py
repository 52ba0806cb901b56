"""A small cluster of values, and what its nodes may say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from attrs import evolve

from ganeti_lite.config import parse_config
from ganeti_lite.constants import ItemType
from ganeti_lite.query import (
    NodeAnswers,
    QueryPlan,
    QueryRequest,
    View,
    evaluate_query,
    narrow_plan,
    parse_filter,
    plan_query,
)
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Instance, Node, NodeGroup, Table

GROUP = NodeGroup(uuid="group", name="default")
NODES = tuple(
    Node(
        uuid=f"node{number}",
        serial_no=1,
        name=f"node{number}.example.com",
        primary_ip=f"127.0.0.{number}",
        secondary_ip=f"127.0.0.{number}",
        group="group",
        offline=number == 4,
    )
    for number in range(1, 5)
)
"""Four nodes, the last one offline."""


def make_instance(number: int, node: str | None = "node1", **changes: Any) -> Instance:
    """An instance that is meant to be up, on *node*."""
    values: dict[str, Any] = {
        "uuid": f"inst{number}",
        "serial_no": 1,
        "name": f"inst{number}.example.com",
        "primary_node": node,
        "os": "noop",
        "hypervisor": "fake",
        "admin_state": "up",
        "admin_state_source": "admin",
        "disks_active": False,
    }
    return Instance(**values | changes)


def make_snapshot(*instances: Instance, nodes: tuple[Node, ...] = NODES, **settings: Any) -> ClusterSnapshot:
    """A cluster of :data:`NODES` with these instances; *settings* change the cluster object."""
    base = parse_config(encode_config(build_config(ClusterShape(nodes=1, instances=0, groups=1, networks=0))))
    hvparams = MappingProxyType({"fake": MappingProxyType({"migration_mode": "live"}), **base.cluster.hvparams})
    values = {"master_node": "node1", "hvparams": hvparams, "enabled_hypervisors": ("fake",)} | settings
    cluster: Cluster = evolve(base.cluster, **values)
    return evolve(
        base, cluster=cluster, nodes=Table.of(nodes), nodegroups=Table.of([GROUP]), instances=Table.of(instances)
    )


def running(memory: int = 128, vcpus: int = 1, state: int = 0) -> dict[str, int]:
    """A node's report of one instance."""
    return {"memory": memory, "vcpus": vcpus, "state": state, "time": 0}


def plan(snapshot: ClusterSnapshot, item_type: str, fields: str, qfilter: object = None) -> QueryPlan:
    """A narrowed plan; *fields* are separated by blanks."""
    request = QueryRequest(ItemType(item_type), tuple(fields.split()), parse_filter(qfilter))
    view = View(snapshot)
    return narrow_plan(view, plan_query(view, request))


def rows(
    snapshot: ClusterSnapshot, item_type: str, fields: str, answers: NodeAnswers, qfilter: object = None
) -> list[list[Any]]:
    """The rows of a query's answer, each a list of cells ``[status, value]``."""
    planned = plan(snapshot, item_type, fields, qfilter)
    decoded = msgspec.json.decode(evaluate_query(View(snapshot), planned, answers))
    data: list[list[Any]] = decoded["data"]
    return data


def values(
    snapshot: ClusterSnapshot, item_type: str, field: str, answers: NodeAnswers, qfilter: object = None
) -> list[Any]:
    """One field's cells."""
    return [row[0] for row in rows(snapshot, item_type, field, answers, qfilter)]


def instance_answers(**by_node: Mapping[str, object] | object) -> NodeAnswers:
    """Answers of ``all_instances_info`` by node UUID."""
    return {(node, "all_instances_info"): answer for node, answer in by_node.items()}
