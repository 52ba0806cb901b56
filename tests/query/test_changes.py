"""What differs between two snapshots."""

from types import MappingProxyType

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.query.changes import (
    RowChanges,
    find_changed_sources,
    find_instances_of_changed_disks,
    find_row_changes,
)
from ganeti_lite.query.fields import Source
from ganeti_lite.snapshot import Disk, Instance, Table

from .small_clusters import CLUSTER, make_objects, make_snapshot

UUIDS = st.sampled_from("abcdefgh")
NAMES = st.sampled_from(["x1", "x2", "x10", "y"])
OBJECTS = st.dictionaries(UUIDS, NAMES, max_size=8)


@given(OBJECTS, OBJECTS, st.sets(UUIDS), st.sets(UUIDS))
def test_changes_lead_from_one_table_to_the_next(
    before: dict[str, str], changed: dict[str, str], removed: set[str], touched: set[str]
) -> None:
    """Old rows, put where the changes say and with fresh ones in the gaps, are the new rows."""
    old = Table.of(make_objects("node", before))
    new = old.replaced({node.uuid: node for node in make_objects("node", changed)}, removed - changed.keys())
    changes = find_row_changes(old, new, touched)
    fresh = [new.ordered[position] for position in changes.fresh]
    assert changes.apply(list(old.ordered), fresh) == list(new.ordered)
    assert {node.uuid for node in fresh} == (changed.keys() | touched) & new.keys()


def test_nothing_changes_between_a_table_and_itself() -> None:
    """The same table has no fresh rows, and its columns need not be put together anew."""
    table = Table.of(make_objects("node", {"a": "x", "b": "y"}))
    assert find_row_changes(table, table) == RowChanges(())


def test_applying_changes_leaves_the_old_list_alone() -> None:
    """Columns of the old snapshot stay as they are."""
    old = ["a", "b"]
    assert RowChanges((1,)).apply(old, ["B"]) == ["a", "B"]
    assert old == ["a", "b"]


def test_changed_sources_are_those_that_are_other_objects() -> None:
    """Each part of the snapshot that was replaced is named, and none that was carried over."""
    snapshot = make_snapshot(nodes=make_objects("node", {"a": "x"}))
    assert find_changed_sources(snapshot, evolve(snapshot, serial_no=2)) == frozenset()
    assert find_changed_sources(snapshot, evolve(snapshot, cluster=evolve(CLUSTER, serial_no=2))) == {Source.CLUSTER}
    other = make_snapshot()
    assert find_changed_sources(snapshot, other) == frozenset(Source) - {Source.CLUSTER}


def test_instances_of_changed_disks() -> None:
    """A disk that was added, changed or removed concerns the instances that list it."""
    kept, gone = Disk(uuid="kept"), Disk(uuid="gone")
    listed = {"i1": ("kept",), "i2": ("gone",), "i3": ("new", "kept"), "i4": ()}
    instances = [Instance(uuid=uuid, serial_no=1, disks=disks) for uuid, disks in listed.items()]
    old = make_snapshot(instances=instances, disks=[kept, gone])
    new = evolve(old, disks=MappingProxyType({"kept": kept, "new": Disk(uuid="new")}))
    assert find_instances_of_changed_disks(old, new) == {"i2", "i3"}
    assert find_instances_of_changed_disks(old, evolve(old, serial_no=2)) == set()
    grown = evolve(old, disks=MappingProxyType({"kept": evolve(kept, size=5), "gone": gone}))
    assert find_instances_of_changed_disks(old, grown) == {"i1", "i3"}
