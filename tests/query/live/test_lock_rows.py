"""Rows of locks, from what their keeper tells."""

import json

from ganeti_lite.constants import ItemType
from ganeti_lite.query import QueryRequest, check_request, evaluate_objects, list_locks, parse_filter

JOB = [12, "/run/livelock", 34]
TOLD = [
    [["node/a", [[JOB, "shared"], [["x", "", 1], "exclusive"]]], ["node/idle", []]],
    [[0, JOB, [["node/a", "release"], ["node/b", "release"], ["node/b", "shared"], ["node/c", "release"]]]],
]


def test_every_lock_that_is_spoken_of_has_a_row() -> None:
    """Also one that is only to be released, which nobody waits for, and one without owners."""
    rows = [(lock.name, lock.owners, lock.pending) for lock in list_locks(TOLD)]
    assert rows == [
        ("node/a", ("12", '"x"'), ()),
        ("node/b", (), (("shared", ("12",)),)),
        ("node/c", (), ()),
        ("node/idle", (), ()),
    ]


def test_locks_can_be_filtered_by_mode() -> None:
    """A mode is a text like any other; a lock that nobody holds has none."""
    plan = check_request(QueryRequest(ItemType.LOCK, ("name",), parse_filter(["==", "mode", "exclusive"])))
    assert json.loads(evaluate_objects(plan, list_locks(TOLD)))["data"] == [[[0, "node/a"]]]
