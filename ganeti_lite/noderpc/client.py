"""The client of node daemons: who asks what, what is shared, what is remembered."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from twisted.internet.defer import Deferred, gatherResults, succeed
from twisted.python.failure import Failure

from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess

from ._exchange import IReactor, Outcome
from ._memory import AnswerMemory, FailureMemory
from ._queue import ExchangeQueue
from ._shared_call import CANCELLED, SharedCall
from ._tls import CertificateFiles
from .values import DEFAULT_PORT, Counters, FailureKind, Limits, NodeCallTarget, TlsFiles

K = TypeVar("K")

GRACE: Final = 0.5
"""Seconds that a call waits while somebody else tries a node that could not be connected to. A node that is back
answers sooner, so that of many who ask at the same moment not only the first sees it; one that is not costs no more."""

_Shareable: TypeAlias = tuple[NodeCallTarget, float]
"""What equal calls have in common: what is asked, and the seconds until there must be an answer."""

_STOPPED: Final = RpcFailure("the client has been stopped")


class NodeRpcClient:
    """Calls node daemons, each call as seldom as possible.

    * Equal calls, under way or queued, are one call.
    * A node that could not be connected to is tried once in an interval; all others are given its failure meanwhile.
    * When nobody waits for a call any more, it is dropped and its connection closed.

    :param port: of the node daemons, on every node.
    :param shares_calls: whether equal calls are one. Not for those that change something on a node: two who want that
        want it twice.
    """

    def __init__(
        self,
        reactor: IReactor,
        tls_files: TlsFiles,
        limits: Limits,
        port: int = DEFAULT_PORT,
        *,
        shares_calls: bool = True,
    ) -> None:
        self._reactor = reactor
        self._limits = limits
        self._queue = ExchangeQueue(reactor, CertificateFiles(tls_files), limits, port)
        self._shares_calls = shares_calls
        self._calls: dict[SharedCall, None] = {}
        self._shared: dict[_Shareable, SharedCall] = {}
        self._trials: dict[str, SharedCall] = {}
        self._failures = FailureMemory(limits.retry_after)
        self._answers = AnswerMemory(limits.max_age, limits.answers_limit)
        self._tally: Counter[str] = Counter()
        self._tally_of_failures: Counter[FailureKind] = Counter()
        self._is_stopped = False

    def call(self, address: str, method: str, body: bytes, deadline: float | None = None) -> Deferred[RpcResult]:
        """The result of one call; never an error, a cancelled one included.

        :param address: IP address of the node, without brackets.
        :param body: as :func:`~ganeti_lite.wire.noderpc.encode_body` writes it.
        :param deadline: in place of that of the limits. Calls with different ones are not equal.
        """
        self._tally["asked"] += 1
        return self._answer(NodeCallTarget(address, method, body), deadline or self._limits.deadline)

    def gather(self, calls: Mapping[K, NodeCallTarget], deadline: float | None) -> Deferred[Mapping[K, RpcResult]]:
        """The results of many calls, as soon as all are there; never an error.

        :param deadline: seconds until what is missing then becomes a failure; None to wait for everything, which the
            limits bound too.
        """
        waiting = [self.call(target.address, target.method, target.body) for target in calls.values()]
        results: Deferred[list[RpcResult]] = gatherResults(waiting)
        if deadline is not None:
            results.addTimeout(deadline, self._reactor, _mark_late)
        keys = tuple(calls)
        return results.addCallback(lambda complete: dict(zip(keys, complete, strict=True)))

    @property
    def counters(self) -> Counters:
        """What the client has done and does."""
        counted = {name: self._tally[name] for name in ("asked", "coalesced", "reused", "remembered")}
        return Counters(
            **counted,
            sent=self._queue.sent,
            abandoned=self._tally["abandoned"],
            answered=self._tally["answered"],
            failures=MappingProxyType({kind: self._tally_of_failures[kind] for kind in FailureKind}),
            open_connections=self._queue.open_connections,
            queued=self._queue.queued,
        )

    def stop(self) -> Deferred[None]:
        """Let all calls fail, those to come too; done when no connection is left."""
        self._is_stopped = True
        for call in tuple(self._calls):
            self._withdraw(call)
            call.finish(_STOPPED)
        return self._queue.stop()

    def _answer(self, target: NodeCallTarget, deadline: float) -> Deferred[RpcResult]:
        """The result of a call from where it costs least."""
        if self._is_stopped:
            return succeed(_STOPPED)
        now = self._reactor.seconds()
        answer = self._answers.recall(target, now)
        if answer is not None:
            self._tally["reused"] += 1
            return succeed(answer)
        failure = self._failures.recall(target.address, now)
        if failure is not None:
            return self._doubt(target, deadline, failure)
        return self._join(target, deadline)

    def _doubt(self, target: NodeCallTarget, deadline: float, failure: RpcFailure) -> Deferred[RpcResult]:
        """The remembered failure, unless it soon turns out to be no longer true."""
        trial = self._trials.get(target.address)
        if trial is None:
            self._tally["remembered"] += 1
            return succeed(failure)

        def decide(result: RpcResult) -> RpcResult | Deferred[RpcResult]:
            if result is failure:
                self._tally["remembered"] += 1
            elif target == trial.target and self._shares_calls:
                self._tally["coalesced"] += 1
            elif result is not CANCELLED:
                return self._answer(target, deadline)
            return result

        return trial.join().addTimeout(GRACE, self._reactor, lambda *_: failure).addCallback(decide)

    def _join(self, target: NodeCallTarget, deadline: float) -> Deferred[RpcResult]:
        """The result of the call that is under way or queued, else of a new one."""
        shared = self._shared.get((target, deadline))
        if shared is not None:
            self._tally["coalesced"] += 1
            return shared.join()
        call = SharedCall(target, deadline, self._conclude, self._abandon)
        self._calls[call] = None
        if self._shares_calls:
            self._shared[target, deadline] = call
        if self._failures.is_suspect(target.address):
            self._trials[target.address] = call
            self._failures.note_attempt(target.address, self._reactor.seconds())
        waiter = call.join()
        call.expire_by(self._reactor.callLater(deadline, self._expire, call))
        self._queue.submit(call)
        return waiter

    def _conclude(self, call: SharedCall, outcome: Outcome) -> None:
        """The queue has carried a call out."""
        is_trial = self._strike_off(call)
        self._learn(call, outcome, is_trial)
        call.finish(outcome.result)

    def _learn(self, call: SharedCall, outcome: Outcome, is_trial: bool) -> None:
        """Count an outcome and remember what it says about the node."""
        address, now = call.target.address, self._reactor.seconds()
        if outcome.kind is None:
            self._tally["answered"] += 1
        else:
            self._tally_of_failures[outcome.kind] += 1
        match outcome:
            case Outcome(RpcSuccess() as answer, None, size):
                self._failures.forget(address)
                self._answers.keep(call.target, answer, size, now)
            case Outcome(_, FailureKind.ANSWER, _):
                self._failures.forget(address)
            case Outcome(RpcFailure() as failure, FailureKind.CONNECTION, _):
                begun_at = call.exchange.begun_at if call.exchange else now
                self._failures.note_failure(address, failure, begun_at)
            case _ if is_trial:
                self._failures.note_abandoned(address)

    def _abandon(self, call: SharedCall) -> None:
        """Nobody waits any more."""
        self._tally["abandoned"] += 1
        self._withdraw(call)
        call.close()

    def _expire(self, call: SharedCall) -> None:
        """There is no answer in time."""
        self._withdraw(call)
        self._tally_of_failures[FailureKind.DEADLINE] += 1
        call.finish(RpcFailure(f"no answer within {call.deadline:g} s"))

    def _withdraw(self, call: SharedCall) -> None:
        """Give a call up before it has an outcome."""
        if self._strike_off(call):
            self._failures.note_abandoned(call.target.address)
        self._queue.withdraw(call)

    def _strike_off(self, call: SharedCall) -> bool:
        """Take a call off the list of calls; whether it was the trial of a suspect."""
        del self._calls[call]
        self._shared.pop((call.target, call.deadline), None)
        is_trial = self._trials.get(call.target.address) is call
        if is_trial:
            del self._trials[call.target.address]
        return is_trial


def _mark_late(results: list[RpcResult] | Failure, deadline: float) -> list[RpcResult]:
    """Say of the calls that were cancelled at the deadline that they were late."""
    if isinstance(results, Failure):
        results.raiseException()
    late = RpcFailure(f"no answer within {deadline:g} s")
    return [late if result is CANCELLED else result for result in results]
