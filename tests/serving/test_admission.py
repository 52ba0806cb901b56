"""Who may connect, and what becomes of the others: real sockets, a reactor of the test's own."""

import json
import socket
from collections.abc import Generator, Hashable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred, inlineCallbacks, succeed
from twisted.internet.task import Clock, deferLater
from twisted.internet.testing import StringTransport

from ganeti_lite.serving.admission import MAX_TURNED_AWAY, TURNED_AWAY_SECONDS, Admission, TurnedAway
from ganeti_lite.serving.limits import ClientLimits
from ganeti_lite.serving.luxi import LuxiFactory
from ganeti_lite.serving.needs import Answer
from ganeti_lite.serving.peers import Peer
from tests.doubles.log_events import logged
from tests.doubles.reactors import Reactor, run_reactor

QUESTION = b"question\x03"


def answer_all(_frame: bytes, _client: Hashable) -> Deferred[Answer]:
    """The same to everybody."""
    return succeed(Answer(b"answer\x03"))


def ask_one_by_one(path: Path, limits: ClientLimits, clients: int) -> list[bytes]:
    """What so many clients are answered who stay connected."""

    @inlineCallbacks
    def ask_all(reactor: Reactor) -> Generator[Deferred[Any], Any, list[bytes]]:
        port = reactor.listenUNIX(str(path), LuxiFactory(answer_all, reactor, limits))
        connections, answers = [], []
        for _ in range(clients):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(path))
            connection.send(QUESTION)
            connection.setblocking(False)
            connections.append(connection)
            answers.append((yield read_answer(reactor, connection)))
        for connection in connections:
            connection.close()
        yield port.stopListening()
        yield deferLater(reactor, 0.01)
        return answers

    return run_reactor(ask_all)


@inlineCallbacks
def read_answer(reactor: Reactor, connection: socket.socket) -> Generator[Deferred[Any], Any, bytes]:
    """What has been answered, or what there was until the end of the connection."""
    received = b""
    while not received.endswith(b"\x03"):
        try:
            piece = connection.recv(1000)
        except BlockingIOError:
            yield deferLater(reactor, 0.002)
            continue
        if not piece:
            break
        received += piece
    return received


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        (ClientLimits(connections=3), "3 clients are connected already"),
        (ClientLimits(per_client=3), "3 connections of this client"),
    ],
)
def test_one_too_many_is_told_why(tmp_path: Path, limits: ClientLimits, complaint: str) -> None:
    """Those within the limit are answered; the next one gets an error of its own, and the log says who it is."""
    with logged() as log:
        answers = ask_one_by_one(tmp_path / "s", limits, 5)
    assert answers[:3] == [b"answer\x03"] * 3
    for answer in answers[3:]:
        decoded = json.loads(answer[:-1])
        assert decoded["success"] is False
        assert decoded["result"][0] == "LuxiError"
        assert complaint in decoded["result"][1][0]
    assert len([line for line in log.lines if complaint in line]) == 1


def test_who_leaves_makes_room() -> None:
    """Connections that have ended do not count."""
    admission = Admission(ClientLimits(connections=1), Clock())
    peer = Peer(1, 0, 0)
    for _ in range(3):
        assert admission.enter(peer) is None
        assert admission.enter(None)
        admission.leave(peer)


def turned_away(admission: Admission, clock: Clock) -> tuple[TurnedAway, StringTransport]:
    """A connection that may not be."""
    protocol, transport = TurnedAway("enough", admission, clock), StringTransport()
    protocol.makeConnection(transport)
    return protocol, transport


def test_who_says_nothing_is_cut_off() -> None:
    """A client that was turned away and does not ask costs a descriptor for some seconds only."""
    clock = Clock()
    admission = Admission(ClientLimits(), clock)
    protocol, transport = turned_away(admission, clock)
    clock.advance(TURNED_AWAY_SECONDS)
    assert transport.disconnected
    protocol.connectionLost()
    assert admission.turned_away == 0
    assert not clock.getDelayedCalls()


def test_many_are_not_told() -> None:
    """Of a crowd that is turned away only so many are waited for."""
    clock = Clock()
    admission = Admission(ClientLimits(), clock)
    crowd = [turned_away(admission, clock) for _ in range(MAX_TURNED_AWAY + 1)]
    assert [transport.disconnected for _, transport in crowd] == [False] * MAX_TURNED_AWAY + [True]
    for protocol, _ in crowd:
        protocol.connectionLost()
    assert admission.turned_away == 0
