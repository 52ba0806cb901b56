"""Node daemons that only remember what they are told, and answer when the test says so."""

from collections.abc import Mapping
from typing import Any

from attrs import define, field
from twisted.internet.defer import Deferred

from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess


@define
class NodeCall:
    """A call of one node that is under way."""

    method: str
    node: str
    arguments: list[Any]
    timeout: float
    done: Deferred[Mapping[str, RpcResult]] = field(factory=Deferred)

    def succeed(self) -> None:
        """Answer with nothing."""
        self.done.callback({self.node: RpcSuccess(None)})

    def fail(self, reason: str) -> None:
        """Answer with a failure."""
        self.done.callback({self.node: RpcFailure(reason)})


class NodeCalls:
    """Takes calls.

    :ivar pending: the calls that were not answered yet, in order.
    :ivar made: all calls, in order.
    """

    def __init__(self) -> None:
        self.pending: list[NodeCall] = []
        self.made: list[NodeCall] = []

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        """Take a call of one node."""
        ((node, own),) = arguments.items()
        call = NodeCall(method, node, own, timeout)
        self.pending.append(call)
        self.made.append(call)
        return call.done

    def take(self, method: str, node: str | None = None) -> list[NodeCall]:
        """The pending calls of that method, and of that node if one is named; they do not count as pending then."""
        taken = [call for call in self.pending if call.method == method and node in (None, call.node)]
        self.pending = [call for call in self.pending if call not in taken]
        return taken

    def succeed_all(self) -> None:
        """Answer every pending call, and those that follow from that."""
        while self.pending:
            self.pending.pop(0).succeed()
