"""A large cluster many of whose nodes hang, by real processes and real HTTPS: the others do not wait for them."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ganeti_lite.constants import ResultStatus
from ganeti_lite.simulator import ClusterShape, build_config

from .live_cluster import is_normal, live_cluster

NODES: Final = 200
HANGING: Final = 60
"""Twice as many as may be talked to at once."""

DEADLINE: Final = 2.5
"""Seconds within which everything else is to be there: the nodes that hang cost some moments, and so many answers of
one simulating process take a second."""


def test_the_others_are_all_seen() -> None:
    """At the deadline the nodes that hang have no data, all others have."""
    config = build_config(ClusterShape(nodes=NODES, instances=NODES))
    for node in config["nodes"].values():
        node.update(offline=False, vm_capable=True)
    names = sorted(node["name"] for node in config["nodes"].values())
    hanging = set(names[:: NODES // HANGING][:HANGING])
    options = ("--rpc-deadline", str(DEADLINE))
    with TemporaryDirectory(prefix="gl") as folder, live_cluster(Path(folder), *options, config=config) as cluster:
        cluster.spoil(*(f"{name}=hang" for name in hanging))
        nodes = cluster.list_rows("node", ("mfree",))
        assert len(nodes) == NODES
        assert {name for name, row in nodes.items() if row["mfree"][0] == ResultStatus.NODATA} == hanging
        assert all(is_normal(row["mfree"]) for name, row in nodes.items() if name not in hanging)
        assert cluster.control.traffic.calls == {name: {"node_info": 1} for name in names}
