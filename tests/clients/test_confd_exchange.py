"""What a client makes of replies: values in, values out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.clients.confd_exchange import (
    LIFETIME,
    Address,
    Conversation,
    Event,
    Finished,
    NewReply,
    Outcome,
    RequestTooLongError,
    choose_coverage,
    count_enough,
    list_peers,
)
from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import Reply, SigningKey, encode_reply, open_request, seal_reply

KEY = b"key\n"
NOW = 1000.0
TIMESTAMP = 1_700_000_000.0
PEERS: list[Address] = [(f"192.0.2.{number}", 1814) for number in range(1, 9)]


class Asked:
    """A conversation with some peers, and one request that is open in it."""

    def __init__(self, peers: int = 3, wanted: int | None = None) -> None:
        salts = iter(["first", "second", "third"])
        self.conversation = Conversation(KEY, PEERS[:peers], lambda all_of, count: all_of[:count], lambda: next(salts))
        self.outgoing = self.conversation.ask(ConfdRequest.CLUSTER_MASTER, None, NOW, TIMESTAMP, wanted=wanted)

    def receive(
        self, reply: Reply, peer: int = 0, rsalt: str = "first", key: bytes = KEY, now: float = NOW + 1
    ) -> tuple[Event, ...]:
        """What becomes of a reply of one of the peers."""
        datagram = seal_reply(encode_reply(reply), rsalt, SigningKey(key))
        return self.conversation.receive(datagram, PEERS[peer], now)


def answer(text: object, serial: int) -> Reply:
    """A good reply."""
    return Reply(0, text, serial)


def test_a_request_is_signed_and_has_a_salt_of_its_own() -> None:
    """What is to be sent is a request that a daemon understands, for as many peers as are to be asked."""
    asked = Asked()
    again = asked.conversation.ask(ConfdRequest.NODE_ROLE, "node1", NOW, TIMESTAMP, coverage=1)
    assert (asked.outgoing.rsalt, again.rsalt) == ("first", "second")
    assert asked.outgoing.peers == tuple(PEERS[:3])
    assert again.peers == tuple(PEERS[:1])
    request = open_request(again.datagram, SigningKey(KEY), TIMESTAMP)
    assert request == (ConfdRequest.NODE_ROLE, "node1", "second")


@pytest.mark.parametrize(
    ("replies", "news"),
    [
        ([answer("a", 5)], ["a"]),
        ([answer("a", 5), answer("b", 6)], ["a", "b"]),
        ([answer("a", 5), answer("b", 4)], ["a"]),
        ([answer("a", 5), answer("a", 5)], ["a"]),
        ([answer("a", 5), answer("a", 6), answer("b", 5)], ["a"]),
        ([answer("a", 5), answer("b", 5)], ["a"]),
        ([Reply(1, "error"), answer("a", 0)], ["error", "a"]),
        ([answer("a", 0), Reply(1, "error")], ["a"]),
        ([Reply(1, "error"), Reply(1, "other error")], ["error"]),
        ([answer([1], 5), answer([1], 7), answer([2], 8), answer([3], 6)], [[1], [2]]),
    ],
)
def test_the_newest_reply_wins(replies: list[Reply], news: list[object]) -> None:
    """Told are the first reply and newer ones of other content; stale and repeated ones are not."""
    asked = Asked(peers=8, wanted=6)
    events = [event for peer, reply in enumerate(replies) for event in asked.receive(reply, peer)]
    assert [event.reply.answer for event in events if isinstance(event, NewReply)] == news
    (finished,) = asked.conversation.expire(NOW + LIFETIME)
    newest = max(replies, key=lambda reply: (reply.is_ok, reply.serial))
    assert finished.outcome.reply == newest
    assert finished.outcome[1:3] == (len(replies), 6)


@pytest.mark.parametrize(
    ("replies", "is_consistent"),
    [
        ([answer("a", 5), answer("a", 5)], True),
        ([answer("a", 5), answer("b", 6)], True),
        ([answer("a", 5), answer("b", 5)], False),
        ([answer("a", 5), answer("b", 5), answer("c", 6)], False),
        ([Reply(1, "error"), Reply(1, "in other words")], True),
    ],
)
def test_contradictions_are_told(replies: list[Reply], is_consistent: bool) -> None:
    """Different answers of the same serial number contradict each other; texts of errors do not."""
    asked = Asked(peers=3, wanted=len(replies))
    events = [event for peer, reply in enumerate(replies) for event in asked.receive(reply, peer)]
    assert isinstance(events[-1], Finished)
    assert events[-1].outcome.is_consistent is is_consistent


def test_enough_replies_end_a_request() -> None:
    """When as many peers as wanted have replied it is over; what comes later means nothing."""
    asked = Asked(peers=3)
    assert len(asked.receive(answer("a", 5), 0)) == 1
    assert asked.receive(answer("a", 5), 0) == ()
    (finished,) = asked.receive(answer("a", 5), 1)
    assert finished == Finished("first", Outcome(answer("a", 5), 2, 3, True))
    assert asked.receive(answer("b", 6), 2) == ()
    assert asked.conversation.next_expiry() is None
    assert asked.conversation.expire(NOW + 100) == ()


def test_time_ends_a_request() -> None:
    """After its lifetime a request ends with what has come, or nothing; then nothing more counts."""
    asked = Asked(peers=3)
    asked.receive(answer("a", 5), 0)
    assert asked.conversation.next_expiry() == NOW + LIFETIME
    assert asked.conversation.expire(NOW + LIFETIME - 0.1) == ()
    assert asked.receive(answer("b", 6), 1, now=NOW + LIFETIME) == ()
    assert asked.conversation.expire(NOW + LIFETIME) == (Finished("first", Outcome(answer("a", 5), 1, 3, True)),)
    silent = Asked(peers=1)
    assert silent.conversation.expire(NOW + LIFETIME) == (Finished("first", Outcome(None, 0, 1, True)),)


def test_strangers_are_not_listened_to() -> None:
    """Replies to other requests, of other keys, and what is no reply at all mean nothing."""
    asked = Asked(peers=1)
    assert asked.receive(answer("a", 5), rsalt="other") == ()
    assert asked.receive(answer("a", 5), key=b"other") == ()
    assert asked.conversation.receive(b"nonsense", PEERS[0], NOW) == ()
    assert asked.conversation.receive(asked.outgoing.datagram, PEERS[0], NOW) == ()
    assert len(asked.receive(answer("a", 5))) == 2


def test_an_abandoned_request_is_forgotten() -> None:
    """Nothing comes of it any more."""
    asked = Asked(peers=1)
    asked.conversation.abandon("first")
    asked.conversation.abandon("first")
    assert asked.receive(answer("a", 5)) == ()
    assert asked.conversation.next_expiry() is None


def test_requests_do_not_get_in_each_others_way() -> None:
    """Each reply goes to its own request."""
    asked = Asked(peers=1)
    asked.conversation.ask(ConfdRequest.PING, None, NOW, TIMESTAMP, lifetime=3)
    assert asked.conversation.next_expiry() == NOW + 3
    second = asked.receive(answer("b", 1), rsalt="second")
    first = asked.receive(answer("a", 9), rsalt="first")
    assert [event.rsalt for event in (*second, *first)] == ["second", "second", "first", "first"]


@pytest.mark.parametrize(
    ("peers", "coverage", "asked"), [(1, None, 1), (6, None, 6), (9, None, 6), (9, -1, 9), (9, 9, 9), (9, 1, 1)]
)
def test_coverage(peers: int, coverage: int | None, asked: int) -> None:
    """Six peers, all of them, or as many as are wished."""
    assert choose_coverage(peers, coverage) == asked


@pytest.mark.parametrize("coverage", [0, 3, -2])
def test_impossible_coverage_is_refused(coverage: int) -> None:
    """No more than there are can be asked, and no fewer than one."""
    with pytest.raises(ValueError, match="2 peers"):
        choose_coverage(2, coverage)


def test_enough_is_most() -> None:
    """All of one or two, all but one of three or four, a majority of more."""
    assert [count_enough(asked) for asked in range(1, 10)] == [1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize("wanted", [0, -1, 4])
def test_impossible_numbers_of_replies_are_refused(wanted: int) -> None:
    """A request cannot bring more replies than it has peers, and none are no reply."""
    with pytest.raises(ValueError, match="replies"):
        Asked(peers=3, wanted=wanted)


@pytest.mark.parametrize("peers", [[], [("192.0.2.1", 1), ("2001:db8::1", 1)], [("node1", 1)]])
def test_peers_are_addresses_of_one_version(peers: list[Address]) -> None:
    """No peers, names, and a mixture of IP versions are refused."""
    with pytest.raises(ValueError, match="address"):
        Conversation(KEY, peers)


def test_a_request_that_no_daemon_would_read_is_refused() -> None:
    """4,096 bytes are the most."""
    with pytest.raises(RequestTooLongError, match="4096"):
        Asked().conversation.ask(ConfdRequest.NODE_ROLE, "x" * 4000, NOW, TIMESTAMP)


def test_peers_of_a_file() -> None:
    """One address a line; blank lines are nobody."""
    assert list(list_peers("192.0.2.1\n 192.0.2.2 \n\n", 1814)) == [("192.0.2.1", 1814), ("192.0.2.2", 1814)]


REPLIES = st.builds(answer, st.integers(0, 2), st.integers(0, 3)) | st.builds(Reply, st.just(1), st.integers(0, 2))


@given(st.lists(st.tuples(st.integers(0, 3), REPLIES), max_size=12))
def test_any_order_of_replies(replies: list[tuple[int, Reply]]) -> None:
    """However replies come, there is one end, with the newest of those before it; what is told gets newer and newer."""
    asked = Asked(peers=4)
    events: list[Event] = []
    counted: list[tuple[int, Reply]] = []
    for peer, reply in replies:
        if len({sender for sender, _ in counted}) < 3:
            counted.append((peer, reply))
        events += asked.receive(reply, peer)
    events += asked.conversation.expire(NOW + LIFETIME)
    (finished,) = [event for event in events if isinstance(event, Finished)]
    news = [event.reply for event in events if isinstance(event, NewReply)]
    ages = [(reply.is_ok, reply.serial) for reply in news]
    newest = max((reply for _, reply in counted), key=lambda reply: (reply.is_ok, reply.serial), default=None)
    assert finished.outcome.reply == newest
    assert finished.outcome.answered == len({sender for sender, _ in counted})
    assert ages == sorted(set(ages))
    assert news[-1:] == [] if newest is None else news[-1].answer == newest.answer
