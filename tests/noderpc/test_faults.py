"""Nodes that misbehave: each spoils its own call only, and leaves nothing behind."""

import gc
import os
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.internet.task import deferLater

from ganeti_lite.noderpc import FailureKind, Limits, NodeCallTarget, NodeRpcClient
from ganeti_lite.noderpc._exchange import Exchange
from ganeti_lite.noderpc._http import HEADER_LIMIT
from ganeti_lite.noderpc._shared_call import SharedCall
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess

from .nodes import (
    GOOD,
    REACTOR,
    SILENCE,
    End,
    NodesTestCase,
    Script,
    SteppedReactor,
    foreign_credentials,
    respond,
    until,
)

BODY_LIMIT: Final = 10_000

IMPATIENT: Final = Limits(connections=40, connect_timeout=0.2, deadline=0.3, retry_after=0.0, body_limit=BODY_LIMIT)


@frozen
class Fault:
    """What a node says, and what is to come of it."""

    script: Script
    kind: FailureKind
    reason: str


_ANSWER: Final = FailureKind.ANSWER
_HEADER: Final = b"HTTP/1.1 200 OK\r\nServer: Ganeti\r\n"

FAULTS: Final = {
    "closes": Fault(Script(b""), _ANSWER, "closed the connection after nothing"),
    "resets": Fault(Script(b"", End.RESET), _ANSWER, "closed the connection after nothing"),
    "half a header": Fault(Script(_HEADER), _ANSWER, "after a part of the header"),
    "half an answer": Fault(respond(b"[true, ", size=100), _ANSWER, "after 7 of 100 bytes"),
    "half an answer, reset": Fault(
        Script(respond(b"[true, ", size=9).data, End.RESET), _ANSWER, "closed the connection"
    ),
    "garbage": Fault(Script(os.urandom(5000), End.WAIT), _ANSWER, "not HTTP"),
    "endless header": Fault(Script(_HEADER + b"x" * HEADER_LIMIT, End.WAIT), _ANSWER, "header has more than"),
    "too large": Fault(respond(b"[true, 1]", size=10_001), _ANSWER, "10001 bytes"),
    "no length": Fault(Script(_HEADER + b"\r\n[true, 1]", End.WAIT), _ANSWER, "how long"),
    "status": Fault(respond(b"[true, 1]", status="500 Oops"), _ANSWER, "HTTP status 500"),
    "not JSON": Fault(respond(b"<html>"), _ANSWER, "not JSON"),
    "no pair": Fault(respond(b"[]"), _ANSWER, "not a pair"),
    "error": Fault(respond(b'[false, "No exports directory"]'), _ANSWER, "No exports directory"),
    "hangs": Fault(SILENCE, FailureKind.DEADLINE, "no answer within 60 s"),
    "hangs in the header": Fault(Script(_HEADER, End.WAIT), FailureKind.DEADLINE, "no answer within 60 s"),
    "hangs in the answer": Fault(
        Script(respond(b"[true", size=9).data, End.WAIT), FailureKind.DEADLINE, "no answer within 60 s"
    ),
}


class NotTls(Protocol):
    """A node that does not speak TLS."""

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.write(b"220 mail.example.com ESMTP\r\n" * 10)


class Mute(Protocol):
    """A node that accepts and says nothing."""


@contextmanager
def no_more_descriptors() -> Iterator[None]:
    """Let this process open nothing for a while."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.open("/dev/null", os.O_RDONLY)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def address(number: int) -> str:
    """One of many nodes' address."""
    return f"127.0.1.{number}"


class FaultTests(NodesTestCase):
    """Every fault at once, beside good nodes."""

    def start_all(self) -> dict[str, tuple[str, FailureKind | None, str]]:
        """Start a node for each fault and three good ones; by name its address and what is to be expected of it."""
        expected: dict[str, tuple[str, FailureKind | None, str]] = {}
        for number, (name, fault) in enumerate(FAULTS.items(), 10):
            self.start(address(number), fault.script)
            expected[name] = (address(number), fault.kind, fault.reason)
        self.listen(address(1), ServerFactory.forProtocol(NotTls))
        self.listen(address(2), ServerFactory.forProtocol(Mute))
        self.start(address(3), shown=foreign_credentials())
        self.start(address(4))
        self.start(address(5), Script(GOOD.data, End.WAIT))
        self.start(address(6), Script(GOOD.data, End.RESET))
        return expected | {
            "not TLS": (address(1), FailureKind.CONNECTION, "TLS: "),
            "mute": (address(2), FailureKind.CONNECTION, "no TLS handshake within 5 s"),
            "other certificate": (address(3), FailureKind.CONNECTION, "certificate verify failed"),
            "nobody there": (address(7), FailureKind.CONNECTION, "Connection refused"),
            "good": (address(4), None, ""),
            "good, does not close": (address(5), None, ""),
        }

    async def test_each_fault_is_its_own_node_s(self) -> None:
        """In one round of calls every node gets what it deserves: a failure that says why, or its answer."""
        expected = self.start_all()
        reactor = SteppedReactor()
        client = self.client(Limits(connections=40, body_limit=BODY_LIMIT), reactor)
        calls = {name: NodeCallTarget(where, "version", b"[]") for name, (where, _, _) in expected.items()}
        waiting = client.gather(calls, None)
        in_time = [name for name, (_, _, reason) in expected.items() if "within" not in reason]
        await until(lambda: client.counters.answered + sum(client.counters.failures.values()) == len(in_time))
        reactor.clock.pump([5.0, 55.0])
        results = await waiting
        for name, (_, kind, reason) in expected.items():
            result = results[name]
            assert isinstance(result, RpcSuccess if kind is None else RpcFailure), name
            assert kind is None or (isinstance(result, RpcFailure) and reason in result.reason), (name, result)
        kinds = [kind for _, kind, _ in expected.values()]
        assert client.counters.failures == {kind: kinds.count(kind) for kind in FailureKind}
        await until(lambda: client.counters.open_connections == 0)

    async def test_own_trouble_is_not_blamed_on_the_node(self) -> None:
        """Without a descriptor to spare the call fails, and the next one tries again."""
        self.start(address(4))
        client = self.client()
        await client.call(address(4), "version", b"[]")
        await until(lambda: client.counters.open_connections == 0)
        with no_more_descriptors():
            assert "Too many open files" in repr(await client.call(address(4), "version", b"[]"))
        assert client.counters.failures[FailureKind.LOCAL] == 1
        assert await client.call(address(4), "version", b"[]") == RpcSuccess(3000000)

    async def test_nothing_is_left_behind(self) -> None:
        """After hundreds of calls with random faults, some given up halfway, nothing is open, pending or kept."""
        places = [where for where, _, _ in self.start_all().values()] + [address(6)]
        client = self.client(IMPATIENT)
        await self.ask_at_random(client, places, 30, random.Random(1))
        descriptors = await self.descriptors_at_rest(client)
        await self.ask_at_random(client, places, 400, random.Random(2))
        assert await self.descriptors_at_rest(client) == descriptors
        gc.collect()
        assert [kept for kept in gc.get_objects() if isinstance(kept, Exchange | SharedCall)] == []

    async def ask_at_random(self, client: NodeRpcClient, places: list[str], count: int, chance: random.Random) -> None:
        """Ask so many different things of random nodes; of every five that ask, one soon gives up."""
        waiting: list[Deferred[RpcResult]] = []
        for number in range(count):
            waiting.append(client.call(chance.choice(places), "version", b"[%d]" % number))
            if chance.random() < 0.2:
                await deferLater(REACTOR, chance.random() / 100)
                chance.choice(waiting).cancel()
        for one in waiting:
            assert isinstance(await one, RpcSuccess | RpcFailure)

    async def descriptors_at_rest(self, client: NodeRpcClient) -> int:
        """How many file descriptors this process has when the client and the nodes have closed everything."""
        await until(lambda: client.counters.open_connections == 0)
        await until(lambda: not REACTOR.getDelayedCalls() or len(REACTOR.getDelayedCalls()) == 1)  # the test's timeout
        await deferLater(REACTOR, 0.05)  # the nodes see that we have closed
        return len(os.listdir("/proc/self/fd"))
