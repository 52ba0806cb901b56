"""Calls node daemons by the project's client, in a process that can be put into a network namespace.

``python -m tests.interop.ask_nodes``, with an order as JSON on standard input:
``{"server_pem": PATH, "client_pem": PATH, "times": NUMBER, "calls": [[ADDRESS, METHOD, ARGUMENTS], …]}``; the answer on
standard output is ``{"results": [[SUCCESS, PAYLOAD or REASON], …], "sent": CONNECTIONS, "seconds": TIME}``.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any, cast

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import react

from ganeti_lite.noderpc import IReactor, Limits, NodeCallTarget, NodeRpcClient, TlsFiles
from ganeti_lite.wire.noderpc import RpcResult, RpcSuccess, encode_body

DEADLINE = 30.0


async def ask(reactor: IReactor, order: Mapping[str, Any]) -> dict[str, object]:
    """Carry out one order; equal rounds of calls are asked at the same time."""
    client = NodeRpcClient(reactor, TlsFiles(order["server_pem"], order["client_pem"]), Limits())
    calls = {
        number: NodeCallTarget(address, method, encode_body(arguments))
        for number, (address, method, arguments) in enumerate(order["calls"])
    }
    begun = reactor.seconds()
    rounds = await gatherResults([client.gather(calls, DEADLINE) for _ in range(order.get("times", 1))])
    seconds = reactor.seconds() - begun
    assert all(one == rounds[0] for one in rounds)
    await client.stop()
    results = [to_json(result) for result in rounds[0].values()]
    return {"results": results, "sent": client.counters.sent, "seconds": seconds}


def to_json(result: RpcResult) -> list[object]:
    """A result as the node RPC writes it."""
    return [True, result.payload] if isinstance(result, RpcSuccess) else [False, result.reason]


def main(reactor: object) -> Deferred[None]:
    """Read the order, print the answer."""
    asked = Deferred.fromCoroutine(ask(cast(IReactor, reactor), json.load(sys.stdin)))
    return asked.addCallback(lambda answer: print(json.dumps(answer)))


if __name__ == "__main__":
    react(main)
