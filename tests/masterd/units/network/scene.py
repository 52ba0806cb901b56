"""A cluster with one network more."""

from typing import Any, Final

from ganeti_lite.masterd.units.network import NetworkAdd
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import SNAPSHOT
from tests.masterd.units.scripted import run


def with_network(snapshot: ClusterSnapshot = SNAPSHOT, **parameters: Any) -> ClusterSnapshot:
    """The cluster with one more network, which no group is connected to."""
    given = {"network_name": "more", "network": "10.1.0.0/29", "conflicts_check": False, **parameters}
    return run(NetworkAdd(), snapshot, **given).succeeded


MORE: Final = with_network(gateway="10.1.0.1")
"""With one that has a gateway."""
