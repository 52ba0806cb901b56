"""What is said of changes of a configuration."""

from typing import Any

from .config_changes import describe_changes

NODE = "02618e63-20a9-419c-9a27-94b0875c0259"
INSTANCE = "3e3168d0-cd5e-4915-87bd-fa02ae6b896f"
OTHER = "98817c4d-0000-4915-87bd-fa02ae6b896f"


def make_config(**instance: Any) -> dict[str, Any]:
    """A configuration with one node and one instance."""
    item = {"name": "web", "serial_no": 1, "mtime": 1.0, "primary_node": NODE, "nics": [{"mac": "aa:00:00:00:00:01"}]}
    return {
        "serial_no": 5,
        "mtime": 1.0,
        "nodes": {NODE: {"name": "node1"}},
        "nodegroups": {},
        "networks": {},
        "instances": {INSTANCE: {**item, **instance}},
    }


def test_nothing_is_said_of_times_and_of_what_is_made_up() -> None:
    """UUIDs of objects without a name, and MAC addresses, are as good as any other."""
    changed = make_config(mtime=2.0, nics=[{"mac": "aa:00:00:00:00:02"}])
    assert describe_changes(make_config(), {**changed, "mtime": 3.0}) == []
    assert describe_changes(make_config(extra=INSTANCE[:-1] + "0"), make_config(extra=OTHER)) == []


def test_serial_numbers_are_told_by_their_steps() -> None:
    """And everything else by what it was and is, with names."""
    changed = {**make_config(serial_no=3, primary_node=OTHER, tags=["b", "a"]), "serial_no": 6}
    assert describe_changes(make_config(tags=["a"]), changed) == [
        "/instances/web/primary_node: 'node1' -> 'UUID'",
        "/instances/web/serial_no +2",
        "/instances/web/tags/1: None -> 'b'",
        "/serial_no +1",
    ]


def test_rules_for_jobs_are_told_by_their_priority() -> None:
    """They have no name; the job that was the last before one was made, and when it was, is left out."""
    rules = {
        uuid: {"priority": priority, "watermark": mark, "reason_trail": [["gnt:client", "add", mark]]}
        for uuid, priority, mark in ((INSTANCE, 7, 1), (OTHER, 5, 2))
    }
    before = {**make_config(), "filters": {INSTANCE: rules[INSTANCE]}}
    assert describe_changes(before, {**make_config(), "filters": rules}) == [
        "/filters/rule 5/priority: None -> 5",
        "/filters/rule 5/reason_trail/0: None -> ('gnt:client', 'add')",
    ]
