"""What is asked, and what it may cost."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import LUXI_VERSION, ItemType
from ganeti_lite.simulator import ClusterShape

ELEVEN_FIELDS: Final = (
    "name", "hypervisor", "os", "pnode", "snodes", "admin_state", "tags", "be/maxmem", "be/vcpus", "disk.sizes",
    "nic.ips",
)  # fmt: skip
TAG_AND_REGEX: Final = ["&", ["=[]", "tags", "prod"], ["=~", "name", "^(web|db)-[0-9]*7\\."]]

_REFERENCE_SIZE: Final = (400, 10_000)
"""Nodes and instances that the targets in absolute numbers are for."""

_COMPARED_FROM: Final = 1000
"""Instances from which on the real daemon is to be outdone; it is no trouble on small clusters."""


@frozen
class Target:
    """What a figure should stay under; None: no such limit.

    :ivar first: seconds at 400 nodes and 10,000 instances.
    :ivar again: the same for repeated answers; bytes for memory.
    :ivar times_faster: than the real daemon, where both are measured, for repeated answers; from 1,000 instances on.
    """

    first: float | None = None
    again: float | None = None
    times_faster: float | None = 1.0


@frozen
class Scenario:
    """One query.

    :ivar title: its line in the table.
    :ivar request: as sent, without end mark.
    """

    title: str
    request: bytes
    target: Target


def encode_query(what: str, fields: Sequence[str], qfilter: object) -> bytes:
    """A query as Ganeti's clients send it."""
    return json.dumps({"method": "Query", "args": [what, list(fields), qfilter], "version": LUXI_VERSION}).encode()


def make_scenarios(instance: str) -> Sequence[Scenario]:
    """The queries to measure on a cluster that has an instance of the given name.

    None of their fields needs a node's answer, so the real daemon contacts none either.
    """
    one = encode_query(ItemType.INSTANCE, ["name", "pnode", "os", "admin_state"], ["==", "name", instance])
    names = encode_query(ItemType.INSTANCE, ["name"], None)
    eleven = encode_query(ItemType.INSTANCE, ELEVEN_FIELDS, None)
    some = encode_query(ItemType.INSTANCE, ["name", "pnode"], TAG_AND_REGEX)
    nodes = encode_query(ItemType.NODE, ["name", "pinst_cnt", "sinst_cnt"], None)
    return (
        Scenario("a  one instance by name", one, Target(again=0.0005)),
        Scenario("b  names of all instances", names, Target()),
        Scenario("c  eleven config fields", eleven, Target(first=0.200, again=0.015, times_faster=20)),
        Scenario("d  tag and regex filter", some, Target(again=0.025)),
        Scenario("e  nodes with instance counts", nodes, Target(again=0.010, times_faster=20)),
    )


COLD_START: Final = Target(first=2.0)
"""From the start of the process to the whole first answer of the eleven fields."""

RELOAD: Final = Target(again=0.120)
"""From the rename that puts one changed instance in place to the answer that shows it."""

PEAK_MEMORY: Final = Target(again=350e6)
"""Bytes, after all of the above."""

LISTING: Final = Target(times_faster=2)
"""A whole ``gnt-instance list`` process against Debian's, both at this project's daemon."""


def target_at(shape: ClusterShape, target: Target) -> Target:
    """The target as far as it holds at this size."""
    if (shape.nodes, shape.instances) == _REFERENCE_SIZE:
        return target
    times_faster = target.times_faster if shape.instances >= _COMPARED_FROM else None
    return Target(times_faster=times_faster)


def rows_of(answer: bytes) -> Any:
    """The rows of a successful answer.

    :raises ValueError: it is an error answer.
    """
    decoded: Mapping[str, Any] = json.loads(answer.decode("utf-8", errors="surrogateescape"))
    if not decoded["success"]:
        raise ValueError(f"the server refused: {decoded['result']}")
    return decoded["result"]["data"]
