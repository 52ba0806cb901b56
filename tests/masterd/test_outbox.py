"""One call under way, and then the newest content."""

from twisted.internet.defer import Deferred

from ganeti_lite.masterd.outbox import Outbox, Outcome
from ganeti_lite.masterd.prepared import Prepared
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess


class Node:
    """Takes contents one at a time.

    :ivar sent: the contents so far; ``calls`` what is to be answered.
    """

    def __init__(self) -> None:
        self.sent: list[int] = []
        self.calls: list[Deferred[RpcResult]] = []
        self.box = Outbox(self.send)
        self.outcomes: dict[int, Outcome] = {}

    def send(self, content: int) -> Deferred[RpcResult]:
        """Begin a call."""
        self.sent.append(content)
        self.calls.append(Deferred())
        return self.calls[-1]

    def put(self, content: int) -> None:
        """Put a content, and remember what becomes of it."""
        self.box.put(content).addCallback(lambda outcome: self.outcomes.update({content: outcome}))


def test_only_the_newest_content_is_sent_after_a_call() -> None:
    """What came while the call was under way is left out, but for the last; it counts as sent with that."""
    node = Node()
    for content in range(4):
        node.put(content)
    assert (node.sent, node.box.is_busy) == ([0], True)
    node.calls[0].callback(RpcSuccess(None))
    assert (node.sent, node.outcomes) == ([0, 3], {0: None})
    node.calls[1].callback(RpcFailure("no room"))
    assert node.outcomes == {0: None, 1: "no room", 2: "no room", 3: "no room"}
    assert not node.box.is_busy


def test_a_call_that_breaks_is_a_failure_like_any_other() -> None:
    """The next content is sent all the same."""
    node = Node()
    node.put(1)
    node.put(2)
    node.calls[0].errback(ValueError("broken"))
    assert (node.outcomes, node.sent) == ({1: "broken"}, [1, 2])


def test_what_a_node_is_not_to_have_any_more_is_not_sent() -> None:
    """Whoever waits for it need not; the call that is under way goes on."""
    node = Node()
    node.put(1)
    node.put(2)
    node.box.clear()
    assert (node.outcomes, node.box.is_busy) == ({2: None}, True)
    node.calls[0].callback(RpcSuccess(None))
    assert (node.sent, node.outcomes) == ([1], {1: None, 2: None})


def test_a_prepared_value_is_made_once_for_all() -> None:
    """Nobody makes it before it is asked for; all who ask get it, the late ones at once."""
    made: list[Deferred[int]] = []

    def make() -> Deferred[int]:
        made.append(Deferred())
        return made[-1]

    prepared, got = Prepared(make), list[int]()
    assert made == []
    for _ in range(2):
        prepared.get().addCallback(got.append)
    made[0].callback(7)
    prepared.get().addCallback(got.append)
    assert (len(made), got) == (1, [7, 7, 7])


def test_a_value_that_cannot_be_made_fails_for_all() -> None:
    """Each who asks is told why."""
    made: Deferred[int] = Deferred()
    prepared, errors = Prepared(lambda: made), list[str]()
    for _ in range(2):
        prepared.get().addErrback(lambda failure: errors.append(failure.getErrorMessage()))
    made.errback(ValueError("why"))
    assert errors == ["why", "why"]
