"""Tags: set, taken away, read, found."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units.tags import MAX_TAGS, TagsDel, TagsGet, TagsSearch, TagsSet
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import GROUP1, LAN, NODE1, SNAPSHOT, WEB

from .scripted import exec_error, prereq, run

WEB_NAME = SNAPSHOT.instances[WEB].name


def with_tags(*tags: str) -> ClusterSnapshot:
    """The cluster with tags on one instance."""
    web = evolve(SNAPSHOT.instances[WEB], tags=tags)
    return evolve(SNAPSHOT, instances=SNAPSHOT.instances.replaced({WEB: web}))


def set_tags(*tags: str, snapshot: ClusterSnapshot = SNAPSHOT, kind: str = "instance", name: Any = WEB_NAME) -> Any:
    """Tags are set."""
    return run(TagsSet(), snapshot, kind=kind, name=name, tags=list(tags))


def test_tags_are_added_to_those_that_are_there() -> None:
    """The instance is locked for this job alone and steps once; the cluster does not."""
    done = set_tags("new", "old", snapshot=with_tags("old", "other"))
    assert done.result is None
    assert done.after.instances[WEB].tags == ("new", "old", "other")
    assert done.locks == {"instance": ("exclusive", [WEB_NAME])}
    assert (done.changes, done.hooks) == (1, [])
    assert "instances serial +1" in done.steps
    assert not any(step.startswith("cluster") for step in done.steps)


def test_nothing_new_is_written_all_the_same() -> None:
    """As in Ganeti: an order is a change."""
    for tags in ((), ("old",)):
        assert set_tags(*tags, snapshot=with_tags("old")).changes == 1


@pytest.mark.parametrize("kind", ["instance", "node", "network"])
def test_what_has_a_name_must_be_named(kind: str) -> None:
    """Ganeti fails over that; nothing is of no name."""
    failure = run(TagsGet(), kind=kind, name=None).failure
    assert failure == prereq(str(failure[1][0]), "unknown_entity")  # type: ignore[index]  # class and arguments


@pytest.mark.parametrize(
    ("kind", "uuid", "table", "level"),
    [
        ("node", NODE1, "nodes", LockLevel.NODE),
        ("nodegroup", GROUP1, "nodegroups", LockLevel.GROUP),
        ("network", LAN, "networks", LockLevel.NETWORK),
    ],
)
def test_everything_can_have_tags(kind: str, uuid: str, table: str, level: LockLevel) -> None:
    """Nodes, groups and networks are locked by their UUIDs."""
    name = getattr(SNAPSHOT, table)[uuid].name
    done = set_tags("fresh", kind=kind, name=name)
    assert "fresh" in getattr(done.after, table)[uuid].tags
    assert done.locks == {level: ("exclusive", [uuid])}


def test_so_can_the_cluster() -> None:
    """Whatever its name is said to be; it needs no lock."""
    done = set_tags("fresh", kind="cluster", name=None)
    assert "fresh" in done.after.cluster.tags
    assert done.locks == {}
    assert "cluster serial +1" in done.steps


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("", "Tags cannot be empty"),
        ("x" * 129, "Tag too long (>128 characters)"),
        ("not a tag", "Tag contains invalid characters"),
        ("\u00fc", "Tag contains invalid characters"),
        ("a\n", "Tag contains invalid characters"),
    ],
)
def test_what_is_no_tag_is_refused(tag: str, text: str) -> None:
    """Setting it, and taking it away."""
    for unit in (TagsSet(), TagsDel()):
        refused = run(unit, kind="cluster", name=None, tags=["good", tag])
        assert refused.failure == ["TagError", [text]]


def test_there_are_not_too_many() -> None:
    """All together, those that are there included."""
    full = with_tags(*(f"t{number}" for number in range(MAX_TAGS)))
    assert set_tags("t1", snapshot=full).changes == 1
    refused = set_tags("one-more", snapshot=full)
    assert refused.failure == exec_error("Error while setting tag: Too many tags")


def test_tags_are_taken_away() -> None:
    """Only if all are there; else none is."""
    before = with_tags("a", "b", "c")
    done = run(TagsDel(), before, kind="instance", name=WEB_NAME, tags=["a", "c"])
    assert done.after.instances[WEB].tags == ("b",)
    refused = run(TagsDel(), before, kind="instance", name=WEB_NAME, tags=["b", "z", "aa"])
    assert refused.failure == prereq("Tag(s) 'aa', 'z' not found", "unknown_entity")
    assert refused.changes == 0


def test_what_is_not_there_has_no_tags() -> None:
    """The words are Ganeti's."""
    assert set_tags("x", name="nosuch").failure == prereq("Instance 'nosuch' not known", "unknown_entity")
    assert set_tags("x", kind="node", name=None).failure == prereq("Node '' not known", "unknown_entity")


def test_tags_are_read() -> None:
    """Under a lock only if that is asked for."""
    before = with_tags("b", "a")
    read = run(TagsGet(), before, kind="instance", name=WEB_NAME)
    assert (read.result, read.locks, read.changes) == (["a", "b"], {}, 0)
    locked = run(TagsGet(), before, kind="instance", name=WEB_NAME, use_locking=True)
    assert locked.locks == {"instance": ("shared", [WEB_NAME])}


def test_tags_are_found_by_pattern() -> None:
    """In everything that has some; a pattern that is none is refused."""
    everywhere = with_tags("needle-1", "hay")
    for kind, name in (("cluster", None), ("network", SNAPSHOT.networks[LAN].name)):
        everywhere = set_tags("needle-2", snapshot=everywhere, kind=kind, name=name).after
    found = run(TagsSearch(), everywhere, pattern="^needle")
    assert isinstance(found.result, list)
    assert sorted(found.result) == [
        ["/cluster", "needle-2"],
        [f"/instances/{WEB_NAME}", "needle-1"],
        [f"/network/{SNAPSHOT.networks[LAN].name}", "needle-2"],
    ]
    refused = run(TagsSearch(), pattern="(")
    assert str(refused.outcome).startswith("(\"Invalid search pattern '(': ")
