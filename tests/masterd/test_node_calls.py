"""Calls of jobs, against real sockets."""

from typing import cast

from twisted.internet.defer import gatherResults

from ganeti_lite.masterd.node_calls import NodeCalls
from ganeti_lite.masterd.units import OFFLINE_REASON
from ganeti_lite.noderpc import IReactor
from ganeti_lite.wire.noderpc import RpcFailure, RpcSuccess
from tests.noderpc.nodes import REACTOR, SILENCE, NodesTestCase, SteppedReactor, respond, until

from .clusters import make_node, make_snapshot

CLUSTER = make_snapshot(
    make_node("one", "127.0.0.1"),
    make_node("two", "127.0.0.2"),
    make_node("gone", "127.0.0.3", offline=True),
)
ONE, TWO, GONE = "one-uuid", "two-uuid", "gone-uuid"


class NodeCallsTests(NodesTestCase):
    """Each test starts its own nodes."""

    def calls(self, reactor: IReactor | None = None) -> NodeCalls:
        """Calls, ended with the test."""
        calls = NodeCalls.connect(reactor or cast(IReactor, REACTOR), self.files, lambda: CLUSTER, self.port)
        self.addCleanup(calls.stop)
        return calls

    async def test_each_node_has_its_arguments_and_its_answer(self) -> None:
        """By UUID; what a node refuses is its failure only."""
        one, two = self.start("127.0.0.1", respond(b"[true, 1]")), self.start("127.0.0.2", respond(b'[false, "no"]'))
        results = await self.calls()("hooks_runner", {ONE: ["a", {"b": 1}], TWO: []}, 900.0)
        assert results == {ONE: RpcSuccess(1), TWO: RpcFailure("no")}
        assert one.requests == [("hooks_runner", b'["a",{"b":1}]')]
        assert two.requests == [("hooks_runner", b"[]")]

    async def test_offline_nodes_are_not_called(self) -> None:
        """Nor are those that do not exist; but a power cycle is for nodes that are down."""
        node = self.start("127.0.0.3", respond(b"[true, null]"))
        calls = self.calls()
        assert await calls("instance_start", {GONE: [], "none": []}, 60.0) == {
            GONE: RpcFailure(OFFLINE_REASON),
            "none": RpcFailure("There is no such node"),
        }
        assert node.accepted == 0
        assert await calls("node_powercycle", {GONE: []}, 60.0) == {GONE: RpcSuccess(None)}
        assert await calls("version", {}, 60.0) == {}

    async def test_equal_calls_of_two_jobs_are_two(self) -> None:
        """Each wants it done."""
        node = self.start("127.0.0.1")
        calls = self.calls()
        await gatherResults([calls("instance_reboot", {ONE: []}, 60.0) for _ in range(2)])
        assert node.accepted == 2

    async def test_node_that_was_away_is_tried_at_once(self) -> None:
        """A job does not fail for what another has found."""
        self.start("127.0.0.1")
        calls = self.calls()
        (failure,) = (await calls("version", {TWO: []}, 60.0)).values()
        assert isinstance(failure, RpcFailure)
        self.start("127.0.0.2", respond(b"[true, 2]"))
        assert await calls("version", {TWO: []}, 60.0) == {TWO: RpcSuccess(2)}
        assert await calls.call_address("127.0.0.2", "version", [], 60.0) == RpcSuccess(2)

    async def test_every_call_has_its_time(self) -> None:
        """What takes long may; what is late is a failure, and the others' answers are there."""
        self.start("127.0.0.1", respond(b"[true, 1]"))
        silent = self.start("127.0.0.2", SILENCE)
        reactor = SteppedReactor()
        calls = self.calls(reactor)
        short = calls("test_delay", {ONE: [], TWO: []}, 15.0)
        long = calls("test_delay", {TWO: []}, 86400.0)
        await until(lambda: len(silent.requests) == 2 and len(reactor.getDelayedCalls()) == 2)
        reactor.clock.advance(15.0)
        assert await short == {ONE: RpcSuccess(1), TWO: RpcFailure("no answer within 15 s")}
        reactor.clock.advance(80000.0)
        silent.answer_all()
        assert await long == {TWO: RpcSuccess(3000000)}

    async def test_cancelled_call_tells_what_has_come(self) -> None:
        """And drops its connections."""
        self.start("127.0.0.1", respond(b"[true, 1]"))
        silent = self.start("127.0.0.2", SILENCE)
        waiting = self.calls()("test_delay", {ONE: [], TWO: []}, 15.0)
        await until(lambda: len(silent.requests) == 1)
        waiting.cancel()
        assert (await waiting)[TWO] == RpcFailure("cancelled")
        await until(lambda: not silent.open)
