"""What is asked: the default columns of Ganeti's lists, as its commands ask for them."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ganeti_lite.constants import ItemType, ResultStatus
from tests.bench.scenarios import encode_query, rows_of

_INSTANCE_COLUMNS: Final = ("name", "hypervisor", "os", "pnode", "status", "oper_ram")
_NODE_COLUMNS: Final = ("name", "dtotal", "dfree", "mtotal", "mnode", "mfree", "pinst_cnt", "sinst_cnt")


@frozen
class Question:
    """One list.

    :ivar title: the command that shows it.
    :ivar request: as sent, without end mark.
    """

    title: str
    request: bytes


INSTANCES: Final = Question("gnt-instance list", encode_query(ItemType.INSTANCE, _INSTANCE_COLUMNS, None))
NODES: Final = Question("gnt-node list", encode_query(ItemType.NODE, _NODE_COLUMNS, None))
READY: Final = encode_query(ItemType.GROUP, ["name"], None)
"""Answered as soon as the configuration is loaded; asks no node."""


def count_statuses(answer: bytes) -> Mapping[int, int]:
    """How many cells have which status; the values themselves move between two answers.

    :raises ValueError: it is an error answer.
    """
    return Counter(status for row in rows_of(answer) for status, _ in row)


def count_unanswered(answer: bytes) -> int:
    """How many rows have a cell without data, which is what a node that does not answer leaves.

    :raises ValueError: it is an error answer.
    """
    return sum(any(status == ResultStatus.NODATA for status, _ in row) for row in rows_of(answer))
