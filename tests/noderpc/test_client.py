"""What calls share, what is remembered, and what it costs; against real sockets."""

from twisted.internet.defer import Deferred, gatherResults

from ganeti_lite.noderpc import Limits, NodeCallTarget, NodeRpcClient
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess

from .nodes import GOOD, SILENCE, NodesTestCase, ScriptedNode, SteppedReactor, respond, until

GOOD_RESULT = RpcSuccess(3000000)
FIRST, SECOND, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"


def ask(client: NodeRpcClient, address: str = FIRST, body: bytes = b"[]") -> Deferred[RpcResult]:
    """One call."""
    return client.call(address, "version", body)


def reason(result: RpcResult) -> str:
    """Why a call failed, which it must have."""
    assert isinstance(result, RpcFailure)
    return result.reason


class CallTests(NodesTestCase):
    """One call."""

    async def test_answer(self) -> None:
        """A call brings the payload, and what the node was asked is what was meant."""
        node = self.start(FIRST, respond(b'[true, {"a": 1}]'))
        assert await self.client().call(FIRST, "node_info", b"[null,null]") == RpcSuccess({"a": 1})
        assert node.requests == [("node_info", b"[null,null]")]

    async def test_ipv6(self) -> None:
        """An IPv6 address is as good."""
        self.start("::1")
        assert await ask(self.client(), "::1") == GOOD_RESULT

    async def test_long_bodies(self) -> None:
        """Megabytes go out and come back."""
        node = self.start(FIRST, respond(b'[true, "%s"]' % (b"x" * 3_000_000)))
        result = await ask(self.client(), body=b'["%s"]' % (b"y" * 3_000_000))
        assert result == RpcSuccess("x" * 3_000_000)
        assert len(node.requests[0][1]) == 3_000_004

    async def test_no_name_is_looked_up(self) -> None:
        """What is no IP address is a failure at once."""
        assert "node1.example.com" in reason(await ask(self.client(), "node1.example.com"))


class SharingTests(NodesTestCase):
    """Equal calls."""

    async def test_equal_calls_are_one(self) -> None:
        """Fifty who ask at the same time cost one connection, and all get the answer."""
        node = self.start(FIRST)
        client = self.client()
        assert await gatherResults([ask(client) for _ in range(50)]) == [GOOD_RESULT] * 50
        counters = client.counters
        assert (counters.asked, counters.coalesced, counters.sent, counters.answered) == (50, 49, 1, 1)
        assert node.accepted == 1

    async def test_different_calls_are_not(self) -> None:
        """Another method, body or node is another call; so is the same after the answer."""
        nodes = [self.start(FIRST), self.start(SECOND)]
        client = self.client()
        asked = [ask(client), ask(client, body=b"[1]"), client.call(FIRST, "x", b"[]"), ask(client, SECOND)]
        assert await gatherResults(asked) == [GOOD_RESULT] * 4
        await ask(client)
        assert [node.accepted for node in nodes] == [4, 1]

    async def test_one_who_leaves_takes_nothing_from_the_others(self) -> None:
        """The call goes on for whoever still waits; the one who has left gets a failure at once."""
        node = self.start(FIRST, SILENCE)
        client = self.client()
        leaver, stayer = ask(client), ask(client)
        await until(lambda: len(node.requests) == 1)
        leaver.cancel()
        assert reason(await leaver) == "cancelled"
        node.answer_all()
        assert await stayer == GOOD_RESULT

    async def test_call_that_nobody_waits_for_is_dropped(self) -> None:
        """When the last one leaves, the connection is closed, in whatever state it is."""
        node = self.start(FIRST, SILENCE)
        client = self.client()
        for is_ready in (lambda: True, lambda: bool(node.open), lambda: bool(node.requests)):
            waiters = [ask(client), ask(client)]
            await until(is_ready)
            for waiter in waiters:
                waiter.cancel()
            await until(lambda: not node.open and client.counters.open_connections == 0)
        assert client.counters.abandoned == 3

    async def test_answers_may_be_given_again(self) -> None:
        """Where that is wanted, a good answer serves for its time; a bad one never does."""
        node = self.start(FIRST)
        reactor = SteppedReactor()
        client = self.client(Limits(max_age=2.0), reactor)
        assert await ask(client) == GOOD_RESULT
        reactor.clock.advance(1.9)
        assert await ask(client) == GOOD_RESULT
        assert (node.accepted, client.counters.reused) == (1, 1)
        node.script = respond(b'[false, "no"]')
        reactor.clock.advance(0.1)
        assert reason(await ask(client)) == "no"
        assert reason(await ask(client)) == "no"
        assert node.accepted == 3


class UnsharedTests(NodesTestCase):
    """A client whose calls change something."""

    async def test_equal_calls_are_as_many(self) -> None:
        """Each is made, and each has its own answer, or none."""
        node = self.start(FIRST, SILENCE)
        client = self.client(shares_calls=False)
        one, two, three = (ask(client) for _ in range(3))
        await until(lambda: len(node.requests) == 3)
        two.cancel()
        await until(lambda: len(node.open) == 2)
        node.answer_all()
        assert await gatherResults([one, two, three]) == [GOOD_RESULT, RpcFailure("cancelled"), GOOD_RESULT]
        assert (client.counters.coalesced, client.counters.abandoned) == (0, 1)

    async def test_a_node_that_is_back_is_called_by_each(self) -> None:
        """Whoever waits for somebody else's trial of it does not take its answer."""
        self.start(FIRST)
        reactor = SteppedReactor()
        client = self.client(Limits(retry_after=10.0), reactor, shares_calls=False)
        assert "refused" in reason(await ask(client, SECOND))
        node = self.start(SECOND)
        reactor.clock.advance(10.0)
        assert await gatherResults([ask(client, SECOND) for _ in range(3)]) == [GOOD_RESULT] * 3
        assert node.accepted == 3


class BoundsTests(NodesTestCase):
    """Connections and time."""

    async def test_connections_are_bounded(self) -> None:
        """No more than allowed are open at once; the others wait their turn, first come, first served."""
        node = self.start(FIRST, SILENCE)
        client = self.client(Limits(connections=3), SteppedReactor())
        waiters = [ask(client, body=b"[%d]" % number) for number in range(8)]
        await until(lambda: len(node.requests) == 3)
        assert (client.counters.open_connections, client.counters.queued) == (3, 5)
        waiters[4].cancel()
        for answered in (3, 6, 7):
            await until(lambda count=answered: len(node.requests) == count)  # type: ignore[misc]  # a default freezes it
            assert len(node.open) <= 3
            node.answer_all()
        results = await gatherResults(waiters)
        assert [result == GOOD_RESULT for result in results] == [True] * 4 + [False] + [True] * 3
        bodies = [body for _, body in node.requests]
        assert sorted(bodies[:3]) == [b"[0]", b"[1]", b"[2]"]
        assert sorted(bodies[3:6]) == [b"[3]", b"[5]", b"[6]"]

    async def test_deadline_of_a_call(self) -> None:
        """A node that never answers, and a call that never gets its turn, end at the deadline."""
        node = self.start(FIRST, SILENCE)
        reactor = SteppedReactor()
        client = self.client(Limits(connections=1, slow_connections=0, deadline=60.0), reactor)
        hanging, queued = ask(client), ask(client, body=b"[1]")
        await until(lambda: len(node.requests) == 1)
        reactor.clock.advance(59.9)
        assert not hanging.called
        reactor.clock.advance(0.1)
        assert reason(await hanging) == reason(await queued) == "no answer within 60 s"
        await until(lambda: not node.open)
        assert client.counters.failures["deadline"] == 2  # type: ignore[index]  # its values are their names

    async def test_handshake_counts_as_connecting(self) -> None:
        """A node that accepts and says nothing has as long as one that does not accept."""
        self.listen(FIRST, ScriptedNode(SILENCE))
        reactor = SteppedReactor()
        client = self.client(Limits(connect_timeout=5.0), reactor)
        waiter = ask(client)
        await until(lambda: len(reactor.getDelayedCalls()) == 2)  # those of the call and of the handshake
        reactor.clock.advance(5.0)
        assert reason(await waiter) == "no TLS handshake within 5 s"

    async def test_deadline_of_its_own(self) -> None:
        """A call may have less time than the limits say, or more; it does not share the time of another."""
        node = self.start(FIRST, SILENCE)
        reactor = SteppedReactor()
        client = self.client(Limits(deadline=60.0, slow_connections=3), reactor)
        waiters = [client.call(FIRST, "version", b"[]", deadline) for deadline in (None, 2.5, 3600.0, 60.0)]
        await until(lambda: len(node.requests) == 3)
        assert client.counters.coalesced == 1
        reactor.clock.advance(2.5)
        assert reason(await waiters[1]) == "no answer within 2.5 s"
        reactor.clock.advance(57.5)
        assert reason(await waiters[0]) == reason(await waiters[3]) == "no answer within 60 s"
        reactor.clock.advance(3500.0)
        node.answer_all()
        assert await waiters[2] == GOOD_RESULT

    async def test_gather(self) -> None:
        """All results by their keys, equal calls asked once; nothing to ask is done at once."""
        nodes = [self.start(FIRST), self.start(SECOND, respond(b'[false, "no"]'))]
        client = self.client()
        one, two = NodeCallTarget(FIRST, "version", b"[]"), NodeCallTarget(SECOND, "version", b"[]")
        assert await client.gather({"a": one, "b": two, "c": one}, 30.0) == {
            "a": GOOD_RESULT,
            "b": RpcFailure("no"),
            "c": GOOD_RESULT,
        }
        assert await client.gather({"a": one}, None) == {"a": GOOD_RESULT}
        assert await client.gather({}, 30.0) == {}
        assert [node.accepted for node in nodes] == [2, 1]

    async def test_gather_brings_what_is_there_at_the_deadline(self) -> None:
        """What has come is given, what is missing is a failure, and nobody works for it any longer."""
        nodes = [self.start(FIRST), self.start(SECOND, SILENCE)]
        reactor = SteppedReactor()
        client = self.client(Limits(), reactor)
        calls = {address: NodeCallTarget(address, "version", b"[]") for address in (FIRST, SECOND)}
        patient = ask(client, SECOND)
        whole = client.gather(calls, 2.5)
        await until(lambda: client.counters.answered == 1 and len(nodes[1].requests) == 1)
        reactor.clock.advance(2.5)
        assert await whole == {FIRST: GOOD_RESULT, SECOND: RpcFailure("no answer within 2.5 s")}
        assert not patient.called
        patient.cancel()
        await until(lambda: not nodes[1].open and client.counters.open_connections == 0)

    async def test_gather_may_be_cancelled(self) -> None:
        """Then it brings what has come, too."""
        node = self.start(FIRST, SILENCE)
        client = self.client()
        whole = client.gather({1: NodeCallTarget(FIRST, "version", b"[]")}, 30.0)
        await until(lambda: len(node.requests) == 1)
        whole.cancel()
        assert await whole == {1: RpcFailure("cancelled")}
        await until(lambda: not node.open and client.counters.open_connections == 0)

    async def test_stop(self) -> None:
        """Whoever waits gets a failure, nothing stays open, and there is no further call."""
        node = self.start(FIRST, SILENCE)
        client = self.client(Limits(connections=1))
        waiters = [ask(client), ask(client, body=b"[1]")]
        await until(lambda: len(node.requests) == 1)
        stopped = client.stop()
        assert [reason(await waiter) for waiter in waiters] == ["the client has been stopped"] * 2
        await stopped
        assert client.counters.open_connections == 0
        assert reason(await ask(client)) == "the client has been stopped"


class RememberedFailureTests(NodesTestCase):
    """Nodes that could not be connected to. The port is the first node's; at the other addresses nobody listens."""

    def setUp(self) -> None:
        """A node that is there, and a time that the test moves."""
        super().setUp()
        self.start(FIRST)
        self.reactor = SteppedReactor()
        self.subject = self.client(Limits(retry_after=10.0, connect_timeout=5.0), self.reactor)

    async def test_tried_once_in_an_interval(self) -> None:
        """Within the interval everybody gets the failure at once, whatever they ask, without a connection."""
        assert "refused" in reason(await ask(self.subject, SECOND))
        for number in range(20):
            self.reactor.clock.advance(0.49)
            assert ask(self.subject, SECOND, b"[%d]" % number).called
        assert (self.subject.counters.sent, self.subject.counters.remembered) == (1, 20)
        self.reactor.clock.advance(0.2)
        assert "refused" in reason(await ask(self.subject, SECOND))
        assert self.subject.counters.sent == 2

    async def test_other_nodes_are_not_concerned(self) -> None:
        """A failure is one node's."""
        await ask(self.subject, SECOND)
        assert await ask(self.subject, FIRST) == GOOD_RESULT

    async def test_node_that_is_back_is_seen_by_all(self) -> None:
        """After the interval everybody who asks at the same moment gets the answer, to other questions too."""
        await ask(self.subject, SECOND)
        node = self.start(SECOND)
        assert "refused" in reason(await ask(self.subject, SECOND))
        self.reactor.clock.advance(10.0)
        asked = [ask(self.subject, SECOND, b"[%d]" % (number % 2)) for number in range(10)]
        assert await gatherResults(asked) == [GOOD_RESULT] * 10
        assert node.accepted == 2

    async def test_others_do_not_wait_for_a_trial(self) -> None:
        """While one tries a node that still hangs, the others get the remembered failure after half a second."""
        await ask(self.subject, SECOND)
        self.listen(SECOND, ScriptedNode(SILENCE))
        self.reactor.clock.advance(10.0)
        tries, same, other = ask(self.subject, SECOND), ask(self.subject, SECOND), ask(self.subject, SECOND, b"[1]")
        await until(lambda: len(self.reactor.getDelayedCalls()) == 4)
        self.reactor.clock.advance(0.5)
        assert "refused" in reason(await same)
        assert "refused" in reason(await other)
        self.reactor.clock.advance(4.5)
        assert "handshake" in reason(await tries)
        assert self.subject.counters.sent == 2
        self.reactor.clock.advance(4.9)
        assert ask(self.subject, SECOND).called

    async def test_abandoned_trial_does_not_hide_the_node(self) -> None:
        """If whoever tries gives up, the next one tries."""
        await ask(self.subject, SECOND)
        node = self.start(SECOND, SILENCE)
        self.reactor.clock.advance(10.0)
        ask(self.subject, SECOND).cancel()
        node.script = GOOD
        assert await ask(self.subject, SECOND) == GOOD_RESULT

    async def test_waiting_for_a_trial_may_be_cancelled(self) -> None:
        """It ends like any other call, before and after the trial's outcome."""
        await ask(self.subject, SECOND)
        node = self.start(SECOND, SILENCE)
        self.reactor.clock.advance(10.0)
        tries, early, late = (ask(self.subject, SECOND, b"[%d]" % number) for number in range(3))
        early.cancel()
        assert reason(await early) == "cancelled"
        await until(lambda: len(node.requests) == 1)
        node.answer_all()
        assert await tries == GOOD_RESULT
        await until(lambda: len(node.requests) == 2)
        late.cancel()
        assert reason(await late) == "cancelled"
        await until(lambda: not node.open)

    async def test_error_results_are_not_remembered(self) -> None:
        """A node that answers, however badly, is there."""
        node = self.start(SECOND, respond(b'[false, "no"]'))
        for _ in range(3):
            assert reason(await ask(self.subject, SECOND)) == "no"
        assert node.accepted == 3
