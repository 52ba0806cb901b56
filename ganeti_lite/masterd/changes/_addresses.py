"""What instances take from pools and give back: addresses of networks, TCP ports.

None of it steps a serial number, but for the file's.
"""

from collections import defaultdict
from collections.abc import Iterable

from attrs import evolve

from ganeti_lite.masterd.address_pool import with_addresses
from ganeti_lite.snapshot import ClusterSnapshot, Instance

from ._tables import put

Addresses = Iterable[tuple[str, str]]
"""(network UUID, IP address) each."""


def commit_addresses(snapshot: ClusterSnapshot, taken: Addresses = (), released: Addresses = ()) -> ClusterSnapshot:
    """The snapshot after instances have *taken* and *released* addresses; those of unknown networks do not matter."""
    by_network: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for index, addresses in enumerate((taken, released)):
        for network, ip in addresses:
            by_network[network][index].append(ip)
    networks = [
        after
        for uuid, (new, gone) in by_network.items()
        if (before := snapshot.networks.get(uuid)) is not None
        and (after := with_addresses(before, new, gone)) is not before
    ]
    return put(snapshot, *networks) if networks else snapshot


def list_addresses(instance: Instance) -> Addresses:
    """The addresses that an instance has of networks."""
    return [(nic.network, nic.ip) for nic in instance.nics if nic.network is not None and nic.ip is not None]


def take_port(snapshot: ClusterSnapshot, port: int) -> ClusterSnapshot:
    """The snapshot with *port* (see :func:`~ganeti_lite.masterd.resources.choose_port`) in use."""
    cluster = snapshot.cluster
    pool = tuple(other for other in cluster.tcpudp_port_pool if other != port)
    highest = max(cluster.highest_used_port, port)
    return evolve(snapshot, cluster=evolve(cluster, tcpudp_port_pool=pool, highest_used_port=highest))


def give_back_port(snapshot: ClusterSnapshot, port: int) -> ClusterSnapshot:
    """The snapshot with *port* free again: the next one to be taken."""
    cluster = snapshot.cluster
    pool = (port, *[other for other in cluster.tcpudp_port_pool if other != port])
    return evolve(snapshot, cluster=evolve(cluster, tcpudp_port_pool=pool))
