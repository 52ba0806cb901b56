"""An answer → the lines that show it to people."""

import json
from collections.abc import Iterator
from typing import Any

from ganeti_lite.constants import ConfdStatus, NodeRole
from ganeti_lite.wire.confd import Query, QueryObject


def show_any(answer: Any, _query: Query) -> Iterator[str]:
    """A text or number as it is, a list of them one a line, anything else as JSON."""
    match answer:
        case bool() | dict() | None:
            yield json.dumps(answer, ensure_ascii=False, indent=2)
        case list() if any(isinstance(item, list | dict) for item in answer):
            yield json.dumps(answer, ensure_ascii=False, indent=2)
        case list():
            yield from map(str, answer)
        case _:
            yield str(answer)


def show_role(answer: Any, _query: Query) -> Iterator[str]:
    """The role's name."""
    yield NodeRole(answer).name.lower()


def show_node_ips(answer: Any, query: Query) -> Iterator[str]:
    """The node's address; for several instances each one's address before it."""
    if not isinstance(answer, list) or not isinstance(query, QueryObject):
        yield str(answer)
        return
    for ip, (status, address, _serial) in zip(query.ips, answer, strict=True):
        yield f"{ip} {address if status == ConfdStatus.OK else 'unknown'}"


def show_rows(answer: Any, _query: Query) -> Iterator[str]:
    """A line for each entry, its members separated by blanks."""
    return (" ".join(map(str, row)) for row in answer)


def show_instances(answer: Any, _query: Query) -> Iterator[str]:
    """A line for each instance: the node's part in it, and its name."""
    for role, instances in zip(("primary", "secondary"), answer, strict=True):
        for instance in instances:
            yield f"{role} {instance.get('name', instance['uuid'])}"


def show_disks(answer: Any, _query: Query) -> Iterator[str]:
    """A line for each disk: index, template, size and UUID."""
    for index, disk in enumerate(answer):
        yield f"disk/{index} {disk.get('dev_type', '-')} {disk.get('size', '-')} MiB {disk['uuid']}"


def show_collectors(answer: Any, _query: Query) -> Iterator[str]:
    """A line for each collector: its name, whether it is on, and its interval."""
    for name, settings in answer.items():
        state = "active" if settings["active"] else "inactive"
        yield f"{name} {state} every {settings['interval'] / 1_000_000:g} s"
