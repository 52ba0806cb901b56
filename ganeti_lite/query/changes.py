"""What differs between two snapshots, for carrying columns from one to the next."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from attrs import frozen

from ganeti_lite.snapshot import ClusterSnapshot, Listing, QueueSnapshot

from .fields import Source

K = TypeVar("K")
T = TypeVar("T")


Snapshot: TypeAlias = ClusterSnapshot | QueueSnapshot


@frozen
class RowChanges:
    """How the rows of a new table follow from those of the old one.

    :ivar fresh: positions in the new table of rows whose values must be worked out anew.
    :ivar origins: for each new position the old one, or -1 if it is fresh; None if all positions are the same.
    """

    fresh: tuple[int, ...]
    origins: tuple[int, ...] | None = None

    def apply(self, old: Sequence[T], fresh: Sequence[T]) -> list[T]:
        """The new list that *old* becomes with *fresh* items at the fresh positions."""
        if self.origins is not None:
            unused = iter(fresh)
            return [next(unused) if origin < 0 else old[origin] for origin in self.origins]
        items = list(old)
        for position, item in zip(self.fresh, fresh, strict=True):
            items[position] = item
        return items


def find_changed_sources(old: Snapshot, new: Snapshot) -> frozenset[Source]:
    """The parts of the snapshot that are not the same ones any more; none of a queue, whose rules read rows only."""
    return frozenset(
        source for source in Source if getattr(old, source.value, None) is not getattr(new, source.value, None)
    )


def find_row_changes(old: Listing[K, Any], new: Listing[K, Any], touched: Iterable[K] = ()) -> RowChanges:
    """The changes of rows between two tables; *touched* are keys of rows that changed in other ways."""
    changed = {key for key, item in new.items() if old.get(key) is not item}
    changed.update(key for key in touched if key in new)
    fresh = tuple(sorted(new.positions[key] for key in changed))
    if new.positions is old.positions:
        return RowChanges(fresh)
    origins = [-1 if key in changed else old.positions[key] for key in new.positions]
    return RowChanges(fresh, tuple(origins))


def find_instances_of_changed_disks(old: Snapshot, new: Snapshot) -> set[str]:
    """UUIDs of the instances of which a disk was added, changed or removed."""
    if isinstance(old, QueueSnapshot) or isinstance(new, QueueSnapshot) or old.disks is new.disks:
        return set()
    changed = {uuid for uuid, disk in new.disks.items() if old.disks.get(uuid) is not disk}
    changed.update(old.disks.keys() - new.disks.keys())
    return {item.uuid for disk in changed for item in new.instances_by_disk.get(disk, ())}
