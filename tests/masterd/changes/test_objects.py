"""Objects changed, added and removed: what else happens, and what is refused."""

import pytest
from attrs import evolve

from ganeti_lite.errors import ConfigurationError
from ganeti_lite.masterd import changes
from ganeti_lite.snapshot import FilterRule, Network, Node
from tests.masterd.small_cluster import GROUP1, LAN, NEW, NODE1, NOW, SNAPSHOT, WEB, instance


def test_an_update_of_what_has_changed_meanwhile_is_refused() -> None:
    """An object that was made from an older one must not undo what happened to it since."""
    old = instance(WEB)
    newer = changes.update(SNAPSHOT, evolve(old, tags=("x",)), NOW)
    with pytest.raises(ConfigurationError, match=f"since it has been read: {old.serial_no + 1} != {old.serial_no}"):
        changes.update(newer, evolve(old, os="other"), NOW)
    with pytest.raises(ConfigurationError, match="since it has been read"):
        changes.update_cluster(SNAPSHOT, evolve(SNAPSHOT.cluster, serial_no=1), NOW)


def test_an_update_of_what_is_gone_is_refused() -> None:
    """There is nothing to update."""
    with pytest.raises(ConfigurationError, match="Configuration object unknown"):
        changes.update(changes.remove_instance(SNAPSHOT, WEB, NOW), instance(WEB), NOW)


def test_removing_what_is_gone_is_refused() -> None:
    """So it is told, and not taken for done."""
    network = SNAPSHOT.networks[LAN]
    with pytest.raises(ConfigurationError, match=f"Unknown network '{LAN}'"):
        changes.remove(changes.remove(SNAPSHOT, network, NOW), network, NOW)


@pytest.mark.parametrize(
    "uuid", [NODE1, GROUP1, LAN, WEB, instance(WEB).disks[0], instance(WEB).nics[0].uuid, SNAPSHOT.cluster.uuid]
)
def test_a_uuid_that_anything_has_is_refused(uuid: str) -> None:
    """UUIDs are unique among all objects, not just within a table."""
    with pytest.raises(ConfigurationError, match=f"Cannot add 'new': UUID {uuid} already in use"):
        changes.add(SNAPSHOT, Network(uuid, 1, "new", "192.0.2.0/29"), NOW)
    assert changes.has_uuid(SNAPSHOT, uuid)
    assert not changes.has_uuid(SNAPSHOT, NEW)


def test_rules_are_replaced_whole() -> None:
    """Rules for jobs have neither serial number nor times."""
    added = changes.add(SNAPSHOT, FilterRule(NEW, 1, 1, (), "PAUSE"), NOW)
    paused = changes.update(added, FilterRule(NEW, 2, 0, (), "ACCEPT"), NOW)
    assert (paused.filters[NEW].watermark, paused.filters[NEW].action) == (2, "ACCEPT")
    assert NEW not in changes.remove(paused, paused.filters[NEW], NOW).filters


def test_tables_stay_in_order() -> None:
    """Whatever is added, tables are sorted by UUID, as in the file."""
    node = Node("00000000-bbbb-4000-8000-000000000000", 1, "new", "192.0.2.9", "192.0.2.9", GROUP1)
    after = changes.add(SNAPSHOT, node, NOW)
    assert list(after.nodes) == sorted([*SNAPSHOT.nodes, node.uuid])


def test_what_does_not_change_is_carried_over() -> None:
    """Tables without a change are the same, with all that has been derived from them."""
    after = changes.update(SNAPSHOT, evolve(instance(WEB), tags=("x",)), NOW)
    assert after.nodes is SNAPSHOT.nodes
    assert after.disks is SNAPSHOT.disks
    assert after.cluster is SNAPSHOT.cluster
