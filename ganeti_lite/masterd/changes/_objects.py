"""Objects changed, added and removed as a whole."""

from typing import TypeVar

from attrs import evolve

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Disk, FilterRule, Instance, Network, Node, NodeGroup

from ._steps import STEPS, step_cluster
from ._tables import TABLES, Object, drop, put

S = TypeVar("S", bound=Node | NodeGroup | Network | Instance | Disk | Cluster)


def update(snapshot: ClusterSnapshot, item: Object, now: float) -> ClusterSnapshot:
    """*item* in place of the object that it was made from, with its serial number and time stepped.

    A rule for jobs has neither. The addresses that an instance's NICs have taken or given back are another change
    (:func:`commit_addresses`), as in Ganeti.

    :raises ConfigurationError: there is no such object, or it has changed meanwhile.
    """
    stored = getattr(snapshot, TABLES[type(item)]).get(item.uuid)
    if stored is None:
        raise ConfigurationError("Configuration object unknown")
    if isinstance(item, FilterRule):
        return put(snapshot, item)
    _check_serial(stored, item)
    return step_cluster(put(snapshot, stepped(item, now)), STEPS[type(item)].update, now)


def update_cluster(snapshot: ClusterSnapshot, cluster: Cluster, now: float) -> ClusterSnapshot:
    """The same for the cluster object."""
    _check_serial(snapshot.cluster, cluster)
    return evolve(snapshot, cluster=stepped(cluster, now))


def add(snapshot: ClusterSnapshot, item: Node | NodeGroup | Network | FilterRule, now: float) -> ClusterSnapshot:
    """*item* added: with serial number 1, made and changed now.

    :raises ConfigurationError: its UUID is in use.
    """
    check_new(snapshot, item)
    new = item if isinstance(item, FilterRule) else evolve(item, serial_no=1, ctime=now, mtime=now)
    return step_cluster(put(snapshot, new), STEPS[type(item)].add, now)


def remove(snapshot: ClusterSnapshot, item: Node | NodeGroup | Network | FilterRule, now: float) -> ClusterSnapshot:
    """The snapshot without *item*.

    :raises ConfigurationError: there is no such object.
    """
    kind = type(item)
    if item.uuid not in getattr(snapshot, TABLES[kind]):
        raise ConfigurationError(f"Unknown {kind.__name__.lower()} '{item.uuid}'")
    return step_cluster(drop(snapshot, kind, item.uuid), STEPS[kind].remove, now)


def stepped(item: S, now: float) -> S:
    """*item* with the next serial number, changed now."""
    return evolve(item, serial_no=item.serial_no + 1, mtime=now)


def check_new(snapshot: ClusterSnapshot, item: Object) -> None:
    """Raise ConfigurationError if the UUID of *item*, which is to be added, is in use."""
    if has_uuid(snapshot, item.uuid):
        raise ConfigurationError(f"Cannot add '{item.name}': UUID {item.uuid} already in use")


def has_uuid(snapshot: ClusterSnapshot, uuid: str) -> bool:
    """Whether anything in the configuration has that UUID: objects of all tables, NICs, the cluster."""
    if uuid == snapshot.cluster.uuid or any(uuid in getattr(snapshot, name) for name in TABLES.values()):
        return True
    return any(nic.uuid == uuid for instance in snapshot.instances.values() for nic in instance.nics)


def _check_serial(stored: Object | Cluster, item: Object | Cluster) -> None:
    before, after = getattr(stored, "serial_no", None), getattr(item, "serial_no", None)
    if before != after:
        raise ConfigurationError(f"Configuration object updated since it has been read: {before} != {after}")
