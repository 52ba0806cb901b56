"""A small cluster with a bit of everything, and what changes have stepped in it."""

from collections.abc import Iterator
from typing import Any, Final

from ganeti_lite.config import parse_config
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance
from tests.config.upgrades.golden import CLUSTER

SNAPSHOT: Final = parse_config(CLUSTER.read_bytes())
NOW: Final = 2_000_000_000.5

NODE1, NODE2, NODE3, NODE4 = (f"2000000{number}-bbbb-4000-8000-00000000000{number}" for number in range(1, 5))
GROUP1, GROUP2 = (f"1000000{number}-bbbb-4000-8000-00000000000{number}" for number in (1, 2))
LAN, STORAGE = (f"4000000{number}-bbbb-4000-8000-00000000000{number}" for number in (1, 2))
WEB, DB, BACK, MAIL, SHARED, PVM, LUN, THIN = (
    f"3000000{number}-bbbb-4000-8000-00000000000{number}" for number in range(1, 9)
)
NEW: Final = "99999999-bbbb-4000-8000-000000000009"
"""Nobody's UUID."""

TABLES: Final = ("nodes", "nodegroups", "instances", "networks", "disks", "filters")


def instance(uuid: str, snapshot: ClusterSnapshot = SNAPSHOT) -> Instance:
    """The instance of that UUID."""
    return snapshot.instances[uuid]


def disk(uuid: str = NEW, **others: Any) -> Disk:
    """A file disk."""
    return Disk(uuid=uuid, dev_type="file", logical_id=("loop", "/srv/files/thin/new"), size=5, **others)


def list_steps(before: ClusterSnapshot, after: ClusterSnapshot) -> list[str]:
    """What a change has stepped: ``serial`` or ``time`` of each object by its table's name, or ``added``, ``removed``.

    Objects that differ in other members alone are not among them.
    """
    return sorted([*_list_cluster_steps(before, after), *_list_table_steps(before, after)])


def _list_cluster_steps(before: ClusterSnapshot, after: ClusterSnapshot) -> Iterator[str]:
    yield from _compare("file", before, after)
    yield from _compare("cluster", before.cluster, after.cluster)


def _list_table_steps(before: ClusterSnapshot, after: ClusterSnapshot) -> Iterator[str]:
    for name in TABLES:
        old, new = getattr(before, name), getattr(after, name)
        yield from (f"{name} added" for uuid in new if uuid not in old)
        yield from (f"{name} removed" for uuid in old if uuid not in new)
        for uuid, item in new.items():
            if uuid in old:
                yield from _compare(name, old[uuid], item)


def _compare(name: str, before: Any, after: Any) -> Iterator[str]:
    if (steps := getattr(after, "serial_no", 0) - getattr(before, "serial_no", 0)) != 0:
        yield f"{name} serial +{steps}"
    if getattr(before, "mtime", 0) != getattr(after, "mtime", 0):
        assert after.mtime == NOW
        yield f"{name} time"
