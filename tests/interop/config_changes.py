"""What an order has changed in config.data, in a form that is the same for two clusters that were told the same."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MAC: Final = re.compile(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b")
_MOVING: Final = frozenset({"ctime", "mtime", "watermark"})
"""Members that differ from one run to the next: times, and the last job before a rule for jobs was made."""

_UNORDERED: Final = frozenset({"tags"})
"""Lists that Ganeti writes in no certain order."""


def describe_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A line for each value that is not what it was: objects by name, serial numbers by what they have risen.

    Times, UUIDs, MAC addresses and job ids are left out, since they are never the same.
    """
    old, new = (dict(_flatten(config, _name_objects(config))) for config in (before, after))
    lines = []
    for path in sorted(old.keys() | new.keys()):
        was, now = old.get(path), new.get(path)
        if was == now:
            continue
        if path.endswith("serial_no") and isinstance(was, int) and isinstance(now, int):
            lines.append(f"{path} +{now - was}")
        else:
            lines.append(f"{path}: {was!r} -> {now!r}")
    return lines


def _name_objects(config: Mapping[str, Any]) -> dict[str, str]:
    """UUID → what the object is called; disks by instance and index, rules for jobs by priority."""
    tables = ("nodes", "nodegroups", "networks", "instances")
    names = {uuid: str(item["name"]) for table in tables for uuid, item in config[table].items() if "name" in item}
    for instance in config["instances"].values():
        for index, disk in enumerate(instance.get("disks", ())):
            names[disk] = f"disk {index} of {instance.get('name')}"
    for uuid, rule in config.get("filters", {}).items():
        names[uuid] = f"rule {rule['priority']}"
    return names


def _flatten(value: Any, names: Mapping[str, str], path: str = "") -> Iterator[tuple[str, Any]]:
    """Each scalar of a value, by its path."""
    match value:
        case dict() if value:
            for key, member in value.items():
                if key not in _MOVING:
                    yield from _flatten(member, names, f"{path}/{_settle(key, names)}")
        case [str(source), str(reason), int()] if "/reason_trail/" in path:
            yield path, (source, reason)
        case list() if value:
            last = path.rpartition("/")[2]
            members = sorted(value) if last in _UNORDERED else value
            for index, member in enumerate(members):
                yield from _flatten(member, names, f"{path}/{index}")
        case str():
            yield path, _settle(value, names)
        case _:
            yield path, value


def _settle(text: str, names: Mapping[str, str]) -> str:
    """A text without what is made up."""
    return _MAC.sub("MAC", _UUID.sub(lambda match: names.get(match[0], "UUID"), text))
