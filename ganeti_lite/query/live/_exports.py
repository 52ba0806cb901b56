"""What nodes report about exported instances: the call ``export_list``, and the rows that its answers make."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from attrs import frozen

from ganeti_lite.query.values import NODATA, OFFLINE, Missing
from ganeti_lite.snapshot import ClusterSnapshot, Node

from ._calls import NOT_ASKED, NodeAnswers, NodeCall
from ._shapes import ShapeError, read_list, read_text

EXPORT_LIST: Final = "export_list"


@frozen
class Export:
    """An export of a node; or, with a missing name, a node that did not tell its exports."""

    node: str
    name: str | Missing


def list_export_calls(_: ClusterSnapshot, rows: Sequence[Node], fields: Collection[str]) -> Iterator[NodeCall]:
    """The calls that lists of exports need; each node is asked once, none if no field of theirs is wanted."""
    if fields:
        for node in {row.uuid: row for row in rows}.values():
            if not node.offline:
                yield NodeCall(node.uuid, node.primary_ip, EXPORT_LIST, {})


def list_exports(nodes: Sequence[Node], answers: NodeAnswers) -> Iterator[Export]:
    """The exports of *nodes*, in the order that each node tells them; none of a node that has none."""
    for node in nodes:
        answer = answers.get((node.uuid, EXPORT_LIST), NOT_ASKED)
        try:
            names = read_list(answer, read_text)
        except ShapeError:
            yield Export(node.name, OFFLINE if node.offline else NODATA)
        else:
            yield from (Export(node.name, name) for name in names)
