"""What differs between two snapshots, for carrying columns from one to the next."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attrs import frozen

from ganeti_lite.snapshot import ClusterSnapshot, Table

from .fields import Source

T = TypeVar("T")


@frozen
class RowChanges:
    """How the rows of a new table follow from those of the old one.

    :ivar fresh: positions in the new table of rows whose values must be worked out anew.
    :ivar origins: for each new position the old one, or -1 if it is fresh; None if all positions are the same.
    """

    fresh: tuple[int, ...]
    origins: tuple[int, ...] | None = None

    def apply(self, old: list[T], fresh: Sequence[T]) -> list[T]:
        """The new list that *old* becomes with *fresh* items at the fresh positions."""
        if self.origins is not None:
            unused = iter(fresh)
            return [next(unused) if origin < 0 else old[origin] for origin in self.origins]
        items = list(old)
        for position, item in zip(self.fresh, fresh, strict=True):
            items[position] = item
        return items


def find_changed_sources(old: ClusterSnapshot, new: ClusterSnapshot) -> frozenset[Source]:
    """The parts of the snapshot that are not the same ones any more."""
    return frozenset(source for source in Source if getattr(old, source.value) is not getattr(new, source.value))


def find_row_changes(old: Table[Any], new: Table[Any], touched: Iterable[str] = ()) -> RowChanges:
    """The changes of rows between two tables; *touched* are UUIDs of rows that changed in other ways."""
    changed = {uuid for uuid, item in new.items() if old.get(uuid) is not item}
    changed.update(uuid for uuid in touched if uuid in new)
    fresh = tuple(sorted(new.positions[uuid] for uuid in changed))
    if new.positions is old.positions:
        return RowChanges(fresh)
    origins = [-1 if item.uuid in changed else old.positions[item.uuid] for item in new.ordered]
    return RowChanges(fresh, tuple(origins))


def find_instances_of_changed_disks(old: ClusterSnapshot, new: ClusterSnapshot) -> set[str]:
    """UUIDs of the instances of which a disk was added, changed or removed."""
    if old.disks is new.disks:
        return set()
    changed = {uuid for uuid, disk in new.disks.items() if old.disks.get(uuid) is not disk}
    changed.update(old.disks.keys() - new.disks.keys())
    return {item.uuid for disk in changed for item in new.instances_by_disk.get(disk, ())}
