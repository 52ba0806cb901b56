"""Datagrams in, datagrams out."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.error import MessageLengthError

from confd.drop_log import DropLog
from confd.hmac_key import RECHECK_INTERVAL, HmacKey
from confd.prepared import TOO_LARGE, PreparedReplies
from confd.udp import UNSENT, ConfdProtocol
from ganeti_lite.constants import ConfdError, ConfdRequest, ConfdStatus
from ganeti_lite.wire.confd import (
    MAX_REPLY_SIZE,
    Drop,
    EncodedReply,
    Query,
    Reply,
    Request,
    SigningKey,
    open_reply,
    seal_request,
)
from tests.doubles.log_events import logged
from tests.doubles.udp import MemoryDatagramReactor

from .recorded import load_snapshot

SECRET = b"0123456789abcdef\n"
NOW = 1_700_000_000.5
CLIENT = ("192.0.2.9", 4711)


class Daemon:
    """A listener with a key, on a port that only remembers."""

    def __init__(self, key_path: Path, replies: PreparedReplies | None = None) -> None:
        self.reactor = MemoryDatagramReactor()
        self.drops = DropLog(self.reactor)
        self.key_path = key_path
        key = HmacKey(str(key_path), self.reactor)
        key.check()
        self.replies = replies or PreparedReplies(load_snapshot())
        protocol = ConfdProtocol(key, lambda: self.replies, lambda: NOW, self.drops)
        self.port = self.reactor.listenUDP(0, protocol)

    def send(self, datagram: bytes) -> list[bytes]:
        """What is sent because of a datagram, all of it to its sender."""
        self.port.sent.clear()
        self.port.protocol.datagramReceived(datagram, CLIENT)
        assert all(address == CLIENT for _, address in self.port.sent)
        return [reply for reply, _ in self.port.sent]

    def ask(self, request_type: ConfdRequest, query: Query = None, secret: bytes = SECRET) -> Reply | None:
        """The reply to a signed request; None if there is none."""
        replies = self.send(seal_request(Request(request_type, query, "r"), SigningKey(secret), NOW))
        if not replies:
            return None
        (datagram,) = replies
        rsalt, reply = open_reply(datagram, SigningKey(secret))
        assert rsalt == "r"
        return reply


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    """A daemon with a key."""
    path = tmp_path / "hmac.key"
    path.write_bytes(SECRET)
    return Daemon(path)


def test_a_signed_request_is_answered(daemon: Daemon) -> None:
    """The reply is signed with the same key and goes to the sender."""
    assert daemon.ask(ConfdRequest.PING) == Reply(0, 3000000, 0)
    assert daemon.ask(ConfdRequest.NODE_ROLE, "node2") == Reply(0, 1, 40)
    assert not daemon.drops.totals


def test_the_same_datagram_is_answered_each_time(daemon: Daemon) -> None:
    """There is no memory of requests: five datagrams, five replies."""
    datagram = seal_request(Request(ConfdRequest.PING, None, "r"), SigningKey(SECRET), NOW)
    assert len({tuple(daemon.send(datagram)) for _ in range(5)}) == 1


def test_nobody_without_the_key_is_answered(daemon: Daemon) -> None:
    """Other keys, other times and nonsense are met with silence and counted by reason."""
    assert daemon.ask(ConfdRequest.PING, secret=b"other") is None
    assert daemon.send(b"nonsense") == []
    assert daemon.send(b"") == []
    old = seal_request(Request(ConfdRequest.PING, None, "r"), SigningKey(SECRET), NOW - 1000)
    assert daemon.send(old) == []
    assert daemon.drops.totals == {Drop.SIGNATURE: 1, Drop.MAGIC: 2, Drop.CLOCK: 1}


def test_a_new_key_is_taken_up_when_it_is_used(daemon: Daemon) -> None:
    """The first request that is signed with a new key finds it; the old one is then no longer good."""
    daemon.key_path.write_bytes(b"new key\n")
    assert daemon.ask(ConfdRequest.PING, secret=b"new key\n") is not None
    assert daemon.ask(ConfdRequest.PING) is None


def test_wrong_signatures_do_not_make_the_file_be_read_each_time(daemon: Daemon) -> None:
    """Right after a look at the file a wrong signature is taken for what it is; later another look is taken."""
    assert daemon.ask(ConfdRequest.PING, secret=b"new key\n") is None
    daemon.key_path.write_bytes(b"new key\n")
    assert daemon.ask(ConfdRequest.PING, secret=b"new key\n") is None
    daemon.reactor.advance(RECHECK_INTERVAL)
    assert daemon.ask(ConfdRequest.PING, secret=b"new key\n") is not None


def test_without_a_key_nobody_is_answered(tmp_path: Path) -> None:
    """A daemon that has no key cannot tell friends from others, not even by an empty key."""
    daemon = Daemon(tmp_path / "nosuch")
    assert daemon.ask(ConfdRequest.PING, secret=b"") is None


@pytest.mark.parametrize("failure", [OSError(101, "Network is unreachable"), MessageLengthError("message too long")])
def test_what_cannot_be_sent_is_counted(daemon: Daemon, failure: Exception) -> None:
    """A reply that the network does not take harms nobody."""
    daemon.port.failure = failure
    assert daemon.ask(ConfdRequest.PING) is None
    assert daemon.drops.totals == {UNSENT: 1}
    daemon.port.failure = None
    assert daemon.ask(ConfdRequest.PING) is not None


class BrokenReplies(PreparedReplies):
    """Replies with a bug in them."""

    def find(self, request_type: ConfdRequest, query: Query) -> EncodedReply:
        """No reply."""
        raise RuntimeError("a bug")


def test_a_bug_costs_one_answer(daemon: Daemon) -> None:
    """If making a reply fails, the client is told so and the log has the traceback."""
    daemon.replies = BrokenReplies(None)
    with logged() as log:
        assert daemon.ask(ConfdRequest.PING) == Reply(ConfdStatus.ERROR, ConfdError.INTERNAL, 0)
    assert len(log.failures) == 1


def test_a_reply_that_a_long_salt_makes_too_large_is_an_error(daemon: Daemon) -> None:
    """What counts is the whole datagram: an answer that just fits does not with a salt of 1,000 characters."""
    daemon.replies = PreparedReplies(None, "x" * (MAX_REPLY_SIZE - 200))
    assert daemon.ask(ConfdRequest.PING) == Reply(ConfdStatus.ERROR, "x" * (MAX_REPLY_SIZE - 200))
    request = Request(ConfdRequest.PING, None, "r" * 1000)
    (reply,) = daemon.send(seal_request(request, SigningKey(SECRET), NOW))
    assert len(reply) < MAX_REPLY_SIZE
    assert open_reply(reply, SigningKey(SECRET))[1].answer == json.loads(TOO_LARGE.text)["answer"]


@pytest.fixture(scope="module")
def robust_daemon(tmp_path_factory: pytest.TempPathFactory) -> Daemon:
    """A daemon that gets a lot to bear."""
    path = tmp_path_factory.mktemp("key") / "hmac.key"
    path.write_bytes(SECRET)
    return Daemon(path)


def survives(daemon: Daemon, datagram: bytes) -> None:
    """A datagram is answered or dropped; nothing is logged as a failure."""
    with logged() as log:
        replies = daemon.send(datagram)
    assert len(replies) <= 1
    assert log.failures == []


def seal(salt: str, message: str) -> bytes:
    """Any message under any salt, rightly signed."""
    signature = SigningKey(SECRET).sign((salt + message).encode("utf-8", "surrogatepass"))
    return b"plj0" + json.dumps({"msg": message, "salt": salt, "hmac": signature}).encode()


@given(st.binary(max_size=300))
def test_any_datagram_is_borne(robust_daemon: Daemon, data: bytes) -> None:
    """Whatever bytes come in, with or without what a request begins with."""
    for beginning in (b"", b"plj0", b'plj0{"msg":'):
        survives(robust_daemon, beginning + data)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
QUERY_OBJECTS = st.dictionaries(st.sampled_from("0123x"), JSON | st.lists(st.sampled_from([0, 1, "2", 7])), max_size=4)
MESSAGES = st.fixed_dictionaries(
    {"protocol": st.just(1) | JSON, "type": st.integers(0, 12) | st.floats(-1, 12) | JSON, "rsalt": st.text("ab")},
    optional={"query": st.text(max_size=8) | QUERY_OBJECTS | JSON, "extra": JSON},
)


@given(JSON | MESSAGES)
def test_any_signed_json_is_borne(robust_daemon: Daemon, message: object) -> None:
    """Whatever JSON a client with the key sends: an answer or silence, never a failure."""
    survives(robust_daemon, seal(str(int(NOW)), json.dumps(message)))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_signed_text_is_borne(robust_daemon: Daemon, salt: str, message: str) -> None:
    """Whatever text stands for the message or the time."""
    survives(robust_daemon, seal(salt, message))
    survives(robust_daemon, seal(str(int(NOW)), message))


@pytest.mark.parametrize("message", ["[" * 2000, '{"a":' * 600, '{"query":' + "[" * 3000, "9" * 3500])
def test_deep_nesting_is_borne(robust_daemon: Daemon, message: str) -> None:
    """Brackets without end."""
    survives(robust_daemon, seal(str(int(NOW)), message))
    survives(robust_daemon, b"plj0" + message.encode())
