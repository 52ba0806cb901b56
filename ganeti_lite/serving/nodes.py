"""Asking the nodes: the query engine's calls, made by the RPC client."""

from collections.abc import Callable, Sequence

from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed

from ganeti_lite.noderpc import IReactor, NodeCallTarget, NodeRpcClient
from ganeti_lite.query import NodeAnswers, NodeCall, NodeFailure
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, encode_body

from .options import NodeSettings

AskNodes = Callable[[Sequence[NodeCall]], Deferred[NodeAnswers]]
"""Brings what the nodes say. It never fails: a node that does not answer is a failure among the answers."""


class NodeClient(Service):
    """Asks nodes for as long as the service runs; called with calls, it brings their answers, at the deadline those
    that are there.
    """

    def __init__(self, reactor: IReactor, settings: NodeSettings) -> None:
        self._deadline = settings.limits.deadline
        self._client = NodeRpcClient(reactor, settings.tls_files, settings.limits, settings.port)

    def __call__(self, calls: Sequence[NodeCall]) -> Deferred[NodeAnswers]:
        """The nodes' answers by call."""
        if not calls:
            return succeed({})
        targets = {call.key: NodeCallTarget(call.address, call.method, encode_body(call.arguments)) for call in calls}
        return self._client.gather(targets, self._deadline).addCallback(
            lambda results: {key: _translate(results[key]) for key in targets}
        )

    def stopService(self) -> Deferred[None]:
        """Close all connections."""
        super().stopService()
        return self._client.stop()


def _translate(result: RpcResult) -> object:
    return NodeFailure(result.reason) if isinstance(result, RpcFailure) else result.payload
