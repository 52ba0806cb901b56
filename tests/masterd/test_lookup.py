"""Names in jobs."""

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.lookup import find_group, find_instance, find_network, find_node
from tests.query.small_clusters import make_named_snapshot

from .small_cluster import GROUP1, LAN, NODE1, SNAPSHOT, WEB

NAMES = ("web.example.com", "web.example.org", "db", "db.example.com", "Mail.example.com", "web2.example.com")
INSTANCES = make_named_snapshot("instance", dict(zip("abcdef", NAMES, strict=True)))


@pytest.mark.parametrize(
    ("name", "uuid"),
    [
        ("web.example.com", "a"),
        ("WEB.Example.com", "a"),
        ("web.example.co", None),
        ("web", None),
        ("we", None),
        ("web2", "f"),
        ("db", "c"),
        ("DB", "c"),
        ("db.example", "d"),
        ("mail", "e"),
        ("MAIL.example.COM", "e"),
        ("", None),
        ("a", None),
        ("web.", None),
    ],
)
def test_instances(name: str, uuid: str | None) -> None:
    """The full name, else the only one that begins with these labels, whatever the case; no UUID."""
    if uuid is not None:
        assert find_instance(INSTANCES, name).uuid == uuid
        return
    with pytest.raises(OpPrereqError) as caught:
        find_instance(INSTANCES, name)
    assert caught.value.args == (f"Instance '{name}' not known", "unknown_entity")


def test_an_object_may_be_expected_to_be_the_same_still() -> None:
    """Who has decided about it by its UUID does not get another one of that name."""
    assert find_instance(SNAPSHOT, "web", WEB).uuid == WEB
    assert find_node(SNAPSHOT, "node1", NODE1).uuid == NODE1
    with pytest.raises(OpPrereqError) as caught:
        find_instance(SNAPSHOT, "web", NODE1)
    text = f"The instance 'web.example.org' is another one than was meant: its UUID is {WEB}, not {NODE1}"
    assert caught.value.args == (text, "resource_not_unique")
    with pytest.raises(OpPrereqError, match=r"The node .* is another one than was meant"):
        find_node(SNAPSHOT, "node1", WEB)


def test_other_objects() -> None:
    """Nodes are found as instances are, groups and networks by UUID or whole name alone."""
    assert find_instance(SNAPSHOT, "web").uuid == WEB
    assert find_node(SNAPSHOT, "node1").uuid == NODE1
    assert find_group(SNAPSHOT, "default") is find_group(SNAPSHOT, GROUP1)
    assert find_network(SNAPSHOT, "lan") is find_network(SNAPSHOT, LAN)


def test_no_name_is_the_only_group() -> None:
    """Where there are several, one must be named."""
    (only,) = [group for group in SNAPSHOT.nodegroups.values() if group.uuid == GROUP1]
    alone = evolve(SNAPSHOT, nodegroups=SNAPSHOT.nodegroups.replaced({}, set(SNAPSHOT.nodegroups) - {GROUP1}))
    assert find_group(alone, None) is only
    with pytest.raises(OpPrereqError) as caught:
        find_group(SNAPSHOT, None)
    assert caught.value.args == ("More than one node group exists. Target group must be specified explicitly.",)


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        (find_node, "node9", "Node 'node9' not known"),
        (find_group, "defaul", "Node group 'defaul' not found"),
        (find_group, "Default", "Node group 'Default' not found"),
        (find_network, "wan", "Network 'wan' not found"),
    ],
)
def test_what_is_not_there(find: object, name: str, message: str) -> None:
    """The texts and the code are those that clients know."""
    assert callable(find)
    with pytest.raises(OpPrereqError) as caught:
        find(SNAPSHOT, name)
    assert caught.value.args == (message, "unknown_entity")
