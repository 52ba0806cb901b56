"""The clients of confd over real sockets: what every daemon keeps, here kept by a scripted one; and several peers."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from ganeti_lite.clients.confd import ConfdClient
from ganeti_lite.clients.confd_exchange import LIFETIME, Address, Outcome, RequestTooLongError
from ganeti_lite.clients.confd_twisted import TwistedConfdClient
from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import Reply, SigningKey, encode_reply, open_request, seal_reply
from tests.contracts.confd import ConfdContract, Endpoint
from tests.doubles.confd import ScriptedConfd
from tests.doubles.log_events import logged
from tests.doubles.udp import MemoryDatagramReactor

KEY = b"key\n"
PEERS: list[Address] = [("192.0.2.1", 1814), ("192.0.2.2", 1814), ("192.0.2.3", 1814)]
TIMESTAMP = 1_700_000_000.0


def respond(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As much as the contract asks of a daemon."""
    match message:
        case {"type": 0}:
            return [{"status": 0, "answer": 3000000, "serial": 0}]
        case {"type": 3, "query": {"3": [2, 0]}}:
            return [{"status": 0, "answer": ["192.0.2.1", "node1.example.com"], "serial": 7}]
        case {"type": 3}:
            return [{"status": 0, "answer": "node1.example.com", "serial": 7}]
        case _:
            return [{"status": 1, "answer": "no such node", "serial": 0}]


class TestScriptedConfd(ConfdContract):
    """The stand-in keeps what real daemons keep."""

    @pytest.fixture
    def endpoint(self) -> Iterator[Endpoint]:
        """A scripted daemon."""
        with ScriptedConfd(KEY, respond) as daemon:
            yield Endpoint(KEY, daemon.address, "node1.example.com")


def tell_always(replies: list[dict[str, Any]], _message: object) -> list[dict[str, Any]]:
    """The same, whatever is asked."""
    return replies


def tell(serial: int, *answers: object) -> list[dict[str, Any]]:
    """Replies of one serial number."""
    return [{"status": 0, "answer": answer, "serial": serial} for answer in answers]


def test_the_newest_of_several_peers_replies_is_brought() -> None:
    """Each peer is asked once; the newest reply is the outcome."""
    with ExitStack() as stack:
        replies = [tell(serial, f"at {serial}") for serial in (5, 7, 6)]
        daemons = [stack.enter_context(ScriptedConfd(KEY, partial(tell_always, each))) for each in replies]
        with ConfdClient(KEY, [daemon.address for daemon in daemons]) as client:
            outcome = client.ask(ConfdRequest.CLUSTER_MASTER, wanted=3)
    assert outcome == Outcome(Reply(0, "at 7", 7), 3, 3, True)
    assert [len(daemon.messages) for daemon in daemons] == [1, 1, 1]
    assert len({daemon.messages[0]["rsalt"] for daemon in daemons}) == 1


def test_a_dead_peer_does_not_matter_if_enough_reply() -> None:
    """One of three may be silent."""
    with ExitStack() as stack:
        alive = [stack.enter_context(ScriptedConfd(KEY, lambda _: tell(5, "a"))) for _ in range(2)]
        dead = stack.enter_context(ScriptedConfd(KEY, lambda _: []))
        with ConfdClient(KEY, [daemon.address for daemon in (*alive, dead)]) as client:
            assert client.ask(ConfdRequest.PING) == Outcome(Reply(0, "a", 5), 2, 3, True)


def test_what_came_in_time_is_brought() -> None:
    """If too few reply, the outcome after the time is what there is."""
    with ExitStack() as stack:
        alive = stack.enter_context(ScriptedConfd(KEY, lambda _: tell(5, "a")))
        dead = stack.enter_context(ScriptedConfd(KEY, lambda _: []))
        client = stack.enter_context(ConfdClient(KEY, [alive.address, dead.address]))
        assert client.ask(ConfdRequest.PING, lifetime=0.3) == Outcome(Reply(0, "a", 5), 1, 2, True)


def test_a_late_reply_to_an_earlier_request_is_no_reply() -> None:
    """Replies that come twice are not taken for those to the next request."""
    with ExitStack() as stack:
        daemon = stack.enter_context(ScriptedConfd(KEY, lambda message: tell(5, *[message["type"]] * 3)))
        client = stack.enter_context(ConfdClient(KEY, [daemon.address]))
        for request_type in (ConfdRequest.PING, ConfdRequest.NODE_IPS, ConfdRequest.PING):
            assert client.ask(request_type).reply == Reply(0, request_type, 5)


def test_what_cannot_be_sent_is_an_error() -> None:
    """If no peer can be reached there is nothing to wait for; a request that is too long is not even tried."""
    with ConfdClient(KEY, [("255.255.255.255", 1814)]) as client:
        with pytest.raises(OSError, match=r"denied|unreachable"):
            client.ask(ConfdRequest.PING)
        with pytest.raises(RequestTooLongError):
            client.ask(ConfdRequest.NODE_ROLE, "x" * 5000)


def test_peers_may_have_ipv6_addresses() -> None:
    """The client's socket is of the peers' kind."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("::1", 0))
        with ConfdClient(KEY, [("::1", daemon.getsockname()[1])]) as client:
            assert client.ask(ConfdRequest.PING, lifetime=0.05).reply is None
        request = open_request(daemon.recv(5000), SigningKey(KEY), time.time())
    assert request.request_type is ConfdRequest.PING


class Client:
    """A Twisted client on a reactor whose time the test moves."""

    def __init__(self) -> None:
        self.reactor = MemoryDatagramReactor()
        self.client = TwistedConfdClient(KEY, PEERS, self.reactor, lambda: TIMESTAMP)
        (self.port,) = self.reactor.ports

    def reply(self, reply: Reply, peer: int = 0, request: int = 0) -> None:
        """Have a peer reply to one of the requests that were sent."""
        datagrams = list(dict.fromkeys(datagram for datagram, _ in self.port.sent))
        rsalt = open_request(datagrams[request], SigningKey(KEY), TIMESTAMP).rsalt
        datagram = seal_reply(encode_reply(reply), rsalt, SigningKey(KEY))
        self.port.protocol.datagramReceived(datagram, PEERS[peer])


def result_of(deferred: Deferred[Outcome]) -> list[Outcome]:
    """What a Deferred has brought so far."""
    results: list[Outcome] = []
    deferred.addCallback(results.append)
    return results


def test_each_newer_reply_is_passed_on_before_the_end() -> None:
    """Who wants to know gets the first reply and each newer one; the Deferred brings the newest."""
    client, seen = Client(), list[Reply]()
    results = result_of(client.client.ask(ConfdRequest.CLUSTER_MASTER, on_reply=seen.append, wanted=3))
    assert sorted(peer for _, peer in client.port.sent) == PEERS
    client.reply(Reply(0, "a", 5), 0)
    client.reply(Reply(0, "b", 4), 1)
    assert (seen, results) == ([Reply(0, "a", 5)], [])
    client.reply(Reply(0, "c", 6), 2)
    assert seen == [Reply(0, "a", 5), Reply(0, "c", 6)]
    assert results == [Outcome(Reply(0, "c", 6), 3, 3, True)]
    assert not client.reactor.getDelayedCalls()


def test_requests_end_in_time() -> None:
    """Each request has its own end; nothing is left to happen afterwards."""
    client = Client()
    long, short = (
        result_of(client.client.ask(ConfdRequest.PING)),
        result_of(client.client.ask(ConfdRequest.PING, lifetime=2)),
    )
    client.reply(Reply(0, 1, 5), 0, request=1)
    client.reactor.advance(2)
    assert (long, short) == ([], [Outcome(Reply(0, 1, 5), 1, 3, True)])
    client.reactor.advance(LIFETIME)
    assert long == [Outcome(None, 0, 3, True)]
    assert not client.reactor.getDelayedCalls()


def test_a_request_can_be_cancelled() -> None:
    """A cancelled request is forgotten; its replies do no harm."""
    client = Client()
    asked = client.client.ask(ConfdRequest.PING)
    failures: list[object] = []
    asked.addErrback(lambda failure: failures.append(failure.check(CancelledError)))
    asked.cancel()
    client.reply(Reply(0, 1, 5))
    assert failures == [CancelledError]
    assert not client.reactor.getDelayedCalls()


def test_closing_ends_everything() -> None:
    """Open requests are cancelled, the port is closed, no call is left."""
    client = Client()
    asked = client.client.ask(ConfdRequest.PING)
    asked.addErrback(lambda failure: failure.trap(CancelledError))
    client.client.close()
    assert not client.port.is_open
    assert not client.reactor.getDelayedCalls()


def test_a_caller_that_fails_gets_its_outcome_all_the_same() -> None:
    """If looking at a reply raises, that is logged, and the request goes on to its end."""
    client = Client()
    results = result_of(client.client.ask(ConfdRequest.PING, on_reply=lambda reply: 1 / 0, wanted=1))
    with logged() as log:
        client.reply(Reply(0, 1, 5))
    assert len(results) == 1
    assert len(log.failures) == 1


def test_a_peer_that_cannot_be_reached_is_one_that_does_not_reply() -> None:
    """An error of the network ends nothing."""
    client = Client()
    client.port.failure = OSError(101, "Network is unreachable")
    results = result_of(client.client.ask(ConfdRequest.PING))
    assert results == []
    client.reactor.advance(LIFETIME)
    assert results == [Outcome(None, 0, 3, True)]
