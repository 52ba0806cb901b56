"""Questions to node daemons and their answers, as values: the planner asks, whoever can reach the nodes answers."""

from collections.abc import Mapping
from typing import TypeAlias

from attrs import frozen

from ganeti_lite.snapshot import Json


@frozen
class NodeCall:
    """A call of one node's daemon.

    :ivar node: UUID of the node; ``address`` its primary IP.
    :ivar method: name of the call.
    :ivar arguments: JSON, as the call takes it.
    """

    node: str
    address: str
    method: str
    arguments: Json

    @property
    def key(self) -> tuple[str, str]:
        """What its answer is found by."""
        return self.node, self.method


@frozen
class NodeFailure:
    """Why a call has no answer."""

    reason: str


NodeAnswers: TypeAlias = Mapping[tuple[str, str], object]
"""By node UUID and method: the payload as plain JSON, or a :class:`NodeFailure`. In the order of the calls."""

NOT_ASKED = NodeFailure("the node was not asked")
MALFORMED = NodeFailure("the node's answer has an unknown form")
