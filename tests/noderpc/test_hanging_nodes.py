"""Nodes that accept and never answer: the others do not wait for them, and nothing grows without a bound."""

from twisted.internet.defer import gatherResults

from ganeti_lite.noderpc import Limits
from ganeti_lite.noderpc._places import MOMENT

from .nodes import SILENCE, NodesTestCase, SteppedReactor, until
from .test_client import FIRST, GOOD_RESULT, SECOND, THIRD, ask, reason


class HangingNodesTests(NodesTestCase):
    """One place for connections in their first moment; the first node hangs, the second is well."""

    def setUp(self) -> None:
        """Time stands still unless a test moves it."""
        super().setUp()
        self.hanging = self.start(FIRST, SILENCE)
        self.healthy = self.start(SECOND)
        self.reactor = SteppedReactor()

    async def test_a_healthy_node_is_asked_after_a_moment(self) -> None:
        """A node that hangs holds up the next call for a moment, not until its deadline; it is asked only once."""
        client = self.client(Limits(connections=1), self.reactor)
        hanging, healthy = ask(client, FIRST), ask(client, SECOND)
        await until(lambda: len(self.hanging.requests) == 1)
        self.reactor.clock.advance(MOMENT - 0.01)
        assert client.counters.queued == 1
        self.reactor.clock.advance(0.01)
        assert await healthy == GOOD_RESULT
        self.reactor.clock.advance(60.0)
        assert reason(await hanging) == "no answer within 60 s"
        assert (self.hanging.accepted, client.counters.sent) == (1, 2)

    async def test_a_node_that_does_not_even_shake_hands_is_no_worse(self) -> None:
        """So is one that the connection itself hangs to."""
        client = self.client(Limits(connections=1), self.reactor)
        self.healthy.script = SILENCE
        first, second = ask(client, FIRST), ask(client, SECOND)
        self.reactor.clock.advance(MOMENT)
        await until(lambda: len(self.healthy.requests) == 1)
        self.healthy.answer_all()
        assert await second == GOOD_RESULT
        first.cancel()

    async def test_many_that_hang(self) -> None:
        """They are passed by at the pace of the places, so that after some moments everyone has been asked."""
        client = self.client(Limits(connections=2), self.reactor)
        hanging = [ask(client, FIRST, b"[%d]" % number) for number in range(6)]
        healthy = ask(client, SECOND)
        for asked in (2, 4, 6):
            await until(lambda count=asked: len(self.hanging.requests) == count)  # type: ignore[misc]  # a default freezes it
            assert client.counters.open_connections <= asked + 1
            self.reactor.clock.advance(MOMENT)
        assert await healthy == GOOD_RESULT
        for waiter in hanging:
            waiter.cancel()

    async def test_connections_that_hang_are_bounded(self) -> None:
        """Once as many hang as may, any further wait for the end of one of them; then the next has its moment."""
        client = self.client(Limits(connections=1, slow_connections=2), self.reactor)
        waiters = [ask(client, FIRST, b"[%d]" % number) for number in range(4)]
        for asked in (1, 2, 3):
            await until(lambda count=asked: len(self.hanging.requests) == count)  # type: ignore[misc]  # a default freezes it
            self.reactor.clock.advance(MOMENT)
        assert (client.counters.open_connections, client.counters.queued) == (3, 1)
        waiters[0].cancel()
        await until(lambda: len(self.hanging.requests) == 4)
        assert client.counters.open_connections == 3
        for waiter in waiters:
            waiter.cancel()

    async def test_whoever_hung_is_begun_last(self) -> None:
        """A node that kept somebody waiting is asked after the others, also after those that were queued later."""
        client = self.client(Limits(connections=1), self.reactor)
        late = ask(client, FIRST)
        await until(lambda: len(self.hanging.requests) == 1)
        self.reactor.clock.advance(MOMENT)
        late.cancel()
        third = self.start(THIRD, SILENCE)
        busy = ask(client, THIRD)
        queued = [ask(client, FIRST), ask(client, SECOND), ask(client, SECOND, b"[1]")]
        await until(lambda: len(third.requests) == 1)
        third.answer_all()
        assert await gatherResults([busy, *queued[1:]]) == [GOOD_RESULT] * 3
        await until(lambda: len(self.hanging.requests) == 2)
        queued[0].cancel()

    async def test_a_call_that_waits_already_goes_behind_the_others(self) -> None:
        """So do the further calls to a node that turns out to hang, though they were queued first."""
        client = self.client(Limits(connections=1), self.reactor)
        waiters = [ask(client, FIRST), ask(client, FIRST, b"[1]")]
        healthy = ask(client, SECOND)
        await until(lambda: len(self.hanging.requests) == 1)
        self.reactor.clock.advance(MOMENT)
        assert await healthy == GOOD_RESULT
        await until(lambda: len(self.hanging.requests) == 2)
        for waiter in waiters:
            waiter.cancel()

    async def test_a_node_that_answers_promptly_is_no_longer_last(self) -> None:
        """One prompt answer and it has its turn like everyone."""
        client = self.client(Limits(connections=1), self.reactor)
        late = ask(client, FIRST)
        await until(lambda: len(self.hanging.requests) == 1)
        self.reactor.clock.advance(MOMENT)
        self.hanging.answer_all()
        assert await late == GOOD_RESULT
        prompt = ask(client, FIRST)
        await until(lambda: len(self.hanging.requests) == 2)
        self.hanging.answer_all()
        assert await prompt == GOOD_RESULT
        third = self.start(THIRD, SILENCE)
        self.healthy.script = SILENCE
        busy, turn, other = ask(client, THIRD), ask(client, FIRST), ask(client, SECOND)
        await until(lambda: len(third.requests) == 1)
        third.answer_all()
        await until(lambda: len(self.hanging.requests) == 3)
        assert not self.healthy.requests
        for waiter in (busy, turn, other):
            waiter.cancel()

    async def test_nothing_is_left_when_nobody_waits(self) -> None:
        """Whoever leaves the queue, or stops it, leaves no timer behind."""
        client = self.client(Limits(connections=1), self.reactor)
        waiters = [ask(client, FIRST), ask(client, SECOND)]
        await until(lambda: len(self.hanging.requests) == 1)
        waiters[1].cancel()
        waiters[0].cancel()
        assert not self.reactor.getDelayedCalls()
        waiters = [ask(client, FIRST), ask(client, SECOND)]
        await client.stop()
        assert not self.reactor.getDelayedCalls()
