"""Loading: required and optional parts, unknown keys, and what a load keeps alive."""

import sys

import pytest

from ganeti_lite.config import load_config, parse_config

from .places import ABSENT, CONFIG, DISK, INSTANCE, NODE, Steps, encode, faults_with, replaced
from .test_golden import load_golden


@pytest.mark.parametrize("name", ["networks", "disks", "filters", "ctime", "mtime"])
@pytest.mark.parametrize("value", [ABSENT, None])
def test_parts_that_may_be_missing(name: str, value: object) -> None:
    """Tables that older files lack are empty, times zero; null counts as missing."""
    snapshot = parse_config(encode(replaced(CONFIG, (name,), value)))
    assert not getattr(snapshot, name)


@pytest.mark.parametrize("name", ["version", "serial_no", "cluster", "nodes", "nodegroups", "instances"])
@pytest.mark.parametrize("value", [ABSENT, None])
def test_parts_that_must_be_there(name: str, value: object) -> None:
    """Without any of the others there is nothing to answer from."""
    assert faults_with(((name,), value)) == [f"{name}: is missing"]


def test_unknown_keys_are_reported_once() -> None:
    """A later load reports only those that no load before it has met."""
    first = load_golden("3.0")
    same = load_config(encode(CONFIG), first)
    more = replaced(replaced(CONFIG, ("nodes", NODE, "rank"), 1), ("nodes", NODE, "shelf"), 2)
    second = load_config(encode(more), same)
    third = load_config(encode({**more, "serial_no": 99, "humour": "dry"}), second)
    assert (same.unknown_keys, second.unknown_keys, third.unknown_keys) == ((), ("nodes/*/rank",), ("humour",))
    assert third.seen_unknown_keys == {*first.unknown_keys, "nodes/*/rank", "humour"}


def test_a_table_may_come_back() -> None:
    """A table that is missing for a while is empty meanwhile, and nothing of it is left behind."""
    loads = [load_golden("3.0")]
    for config in (replaced(CONFIG, ("disks",), ABSENT), CONFIG):
        loads.append(load_config(encode(config), loads[-1]))
    assert [len(load.snapshot.disks) for load in loads] == [5, 0, 5]


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("version",), 3010000),
        (("cluster", "tags"), ["x"]),
        (("instances", INSTANCE, "tags"), ["x"]),
        (("disks", DISK, "size"), 5),
    ],
)
def test_files_are_not_kept_alive(steps: Steps, value: object) -> None:
    """A load keeps copies of what it compares the next file with, not that file or an older one as a whole."""
    files = [encode(CONFIG), encode(replaced(CONFIG, steps, value))]
    counts = [sys.getrefcount(data) for data in files]
    loaded = load_config(files[1], load_config(files[0]))
    assert [sys.getrefcount(data) for data in files] == counts
    assert loaded.tables
