"""Calls of jobs to node daemons, which change something there.

So, unlike those of queries: two that are equal are two, a node that could not be reached a moment ago is tried again,
and each has its own time.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from twisted.internet.defer import Deferred, gatherResults, succeed

from ganeti_lite.masterd.units import OFFLINE_REASON
from ganeti_lite.noderpc import DEFAULT_PORT, IReactor, Limits, NodeRpcClient, TlsFiles
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, encode_body

LIMITS: Final = Limits(retry_after=0.0, max_age=0.0)
"""Nothing is remembered, neither failures nor answers."""

CALLED_OFFLINE: Final = frozenset({"version", "master_node_name", "node_powercycle"})
"""Calls that are made to nodes that are marked offline, too: whoever makes them wants to know, or has reason to."""


class Call(Protocol):
    """Calls nodes by their UUIDs; see :meth:`NodeCalls.__call__`."""

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]: ...


class NodeCalls:
    """Calls nodes by their UUIDs.

    :param client: one that shares no calls.
    :param snapshot: the newest configuration: it knows their addresses, and which are marked offline.
    """

    def __init__(self, client: NodeRpcClient, snapshot: Callable[[], ClusterSnapshot]) -> None:
        self._client = client
        self._snapshot = snapshot

    @classmethod
    def connect(
        cls,
        reactor: IReactor,
        tls_files: TlsFiles,
        snapshot: Callable[[], ClusterSnapshot],
        port: int = DEFAULT_PORT,
    ) -> "NodeCalls":
        """Calls by a client of their own."""
        return cls(NodeRpcClient(reactor, tls_files, LIMITS, port, shares_calls=False), snapshot)

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        """What each node says, by UUID, once all have said it or are out of time; it never fails.

        Those that are marked offline are not called, with few exceptions.

        Cancelled, it fires with what has come, and with failures of the others; what these do nobody knows.

        :param arguments: of the call, by UUID of the node.
        :param timeout: seconds that each has, until its answer is there.
        """
        nodes = self._snapshot()
        bodies: dict[int, bytes] = {}
        for each in arguments.values():
            if id(each) not in bodies:  # all nodes may be sent the same megabyte
                bodies[id(each)] = encode_body(each)
        results = [self._call_node(uuid, method, bodies[id(each)], timeout, nodes) for uuid, each in arguments.items()]
        keys = tuple(arguments)
        return gatherResults(results).addCallback(lambda complete: dict(zip(keys, complete, strict=True)))

    def call_address(self, address: str, method: str, arguments: list[Any], timeout: float) -> Deferred[RpcResult]:
        """What the node at an IP address says, whatever the configuration says of it; it never fails."""
        return self._client.call(address, method, encode_body(arguments), timeout)

    def stop(self) -> Deferred[None]:
        """Let all calls fail; done when no connection is left."""
        return self._client.stop()

    def _call_node(
        self, uuid: str, method: str, body: bytes, timeout: float, nodes: ClusterSnapshot
    ) -> Deferred[RpcResult]:
        node = nodes.nodes.get(uuid)
        if node is None:
            return succeed(RpcFailure("There is no such node"))
        if node.offline and method not in CALLED_OFFLINE:
            return succeed(RpcFailure(OFFLINE_REASON))
        return self._client.call(node.primary_ip, method, body, timeout)
