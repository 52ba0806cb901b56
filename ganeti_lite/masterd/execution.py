"""Carrying out one job: its opcodes in their order, each transition on disk before what follows from it.

A job ends in one of three ways: all of its opcodes have succeeded, one has failed, or it was cancelled. What it held
is released in each.
"""

import enum
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any, Final, Protocol

import msgspec
from attrs import frozen
from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks, succeed
from twisted.logger import Logger

from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import GanetiError, OpExecError
from ganeti_lite.jobs import transitions
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import ClusterSnapshot, Job
from ganeti_lite.wire.noderpc import RpcResult

from .config_writer import Configuration
from .drive import drive
from .frame import Acquire, Begin, FrameEffect, Held, Look, carry_out
from .lock_queue import LockQueue
from .locks import LOCKSET, LockOwner
from .node_calls import Call
from .reservations import Reservations
from .times import split_time
from .units import (
    CallAddress,
    CallNodes,
    ChangeConfig,
    FollowUp,
    HostEffect,
    LogicalUnit,
    Order,
    ReleaseLocks,
    Reserve,
    Tell,
    warning,
)

log = Logger()


class Nodes(Call, Protocol):
    """Calls nodes by UUID, or by IP address; it never fails."""

    def call_address(self, address: str, method: str, arguments: list[Any], timeout: float) -> Deferred[RpcResult]: ...


@frozen
class Edges:
    """What the execution of jobs reaches the world by.

    :ivar nodes: are called, by UUID or by IP address.
    :ivar host: brings what this node has and knows.
    :ivar save: has a job written, and told to the master candidates if *is_told*; done when it is.
    :ivar submit: takes further jobs; brings ``[True, job id]`` or ``[False, reason]`` for each.
    :ivar data_dir: of this node, which hooks are told.
    :ivar now: seconds since 1970.
    :ivar new_uuid: a UUID that nobody has.
    """

    config: Configuration
    nodes: Nodes
    host: Callable[[HostEffect], Deferred[Any]]
    locks: LockQueue
    reservations: Reservations
    save: Callable[[Job, bool], Deferred[None]]
    submit: Callable[[Sequence[Sequence[Mapping[str, Any]]]], Deferred[list[list[Any]]]]
    data_dir: str
    now: Callable[[], float]
    new_uuid: Callable[[], str]


PASSED_ON: Final = ("debug_level", "reason")
"""Parameters of an opcode that the jobs which it submits have, too; ``priority`` only where they have none."""


class _End(enum.Enum):
    """Why a job ends before its time."""

    NONE = "it does not"
    CANCEL = "a client wants it"
    WITHDRAW = "the daemon is being stopped"
    KILL = "a client wants it at once"


class JobRun:
    """A job that is being carried out.

    :ivar job: as it is now.
    :param units: by name of their opcodes.
    """

    def __init__(self, job: Job, edges: Edges, units: Mapping[str, LogicalUnit[Any]]) -> None:
        self.job = job
        self._edges = edges
        self._units = units
        self._owner = LockOwner(job.id)
        self._end = _End.NONE
        self._waiting: Deferred[Any] | None = None  # for locks, before anything was done
        self._working: Deferred[Any] | None = None

    @inlineCallbacks
    def run(self) -> Generator[Deferred[Any], Any, Job]:
        """Carry out what is left of it; brings the job as it is then.

        That is over, or else its next opcode depends on other jobs, or the daemon is being stopped.
        """
        left = [index for index, opcode in enumerate(self.job.opcodes) if not opcode.status.is_final]
        for index in left:
            if index != left[0] and self._has_dependencies(index):
                break
            yield self._run_opcode(index)
            if self._end in (_End.CANCEL, _End.KILL) and not self.job.status.is_final:
                yield self._give_up()
            if self._end is not _End.NONE or self.job.status.is_final:
                break
        return self.job

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for locks, so that cancelling it leaves nothing half done."""
        return self._waiting is not None

    @inlineCallbacks
    def cancel(self) -> Generator[Deferred[Any], Any, None]:
        """End it: at once if it waits for locks, else when its present opcode is done."""
        self._end = _End.CANCEL
        if self._waiting is not None:
            waiting = self._waiting
            yield self._become(transitions.canceling(self.job))
            waiting.cancel()

    def withdraw(self) -> None:
        """Put it back into the queue: at once if it waits for locks, else behind its present opcode."""
        if self._end is _End.NONE:
            self._end = _End.WITHDRAW
        if self._waiting is not None:
            self._waiting.cancel()

    def kill(self) -> None:
        """End it at once, whatever it is doing; what nodes do for it goes on."""
        self._end = _End.KILL
        if self._working is not None:
            self._working.cancel()

    def change_priority(self, priority: int) -> Deferred[None]:
        """Give all opcodes that are not over, and the locks that it waits for, another priority."""
        self._edges.locks.set_priority(self._owner, priority)
        return self._become(transitions.with_priority(self.job, priority))

    def note_priority(self, priority: int) -> None:
        """The locks that it waits for have become more urgent, and it with them."""
        self._become(transitions.with_priority(self.job, priority))

    @inlineCallbacks
    def _run_opcode(self, index: int) -> Generator[Deferred[Any], Any, None]:
        yield self._become(transitions.waiting(self.job, index, self._time()))
        try:
            order = self._make_order(index)
            work = carry_out(self._units[order.op_id], order, self._edges.data_dir)
            self._working = drive(work, lambda effect: self._perform(index, effect))
            result = yield self._working
            if isinstance(result, FollowUp):
                result = yield self._submit(order, result)
            done = transitions.succeeded(self.job, index, result, self._time())
        except CancelledError:
            yield self._give_up()
        except GanetiError as error:
            yield self._fail(index, error)
        except Exception as error:  # a bug must cost one job, not the daemon
            log.failure("job {job}, opcode {index}", job=self.job.id, index=index)
            yield self._fail(index, OpExecError(str(error) or type(error).__name__))
        else:
            yield self._become(done)
        finally:
            self._working = None
            self._edges.locks.release_all(self._owner)
            self._edges.reservations.drop(self.job.id)

    def _give_up(self) -> Deferred[None]:
        """What is left of the job is not to be done now, or never."""
        match self._end:
            case _End.WITHDRAW:
                return self._become(transitions.requeued(self.job))
            case _End.CANCEL:
                return self._become(transitions.canceled(self.job, self._time()))
            case _:
                return self._become(transitions.interrupted(self.job, self._time()))

    def _has_dependencies(self, index: int) -> bool:
        return bool(msgspec.json.decode(self.job.opcodes[index].input).get("depends"))

    def _fail(self, index: int, error: GanetiError) -> Deferred[None]:
        return self._become(transitions.failed(self.job, index, error.to_wire(), self._time()))

    def _make_order(self, index: int) -> Order:
        opcode = decode_opcode(msgspec.json.decode(self.job.opcodes[index].input))
        op_id = str(opcode.pop("OP_ID"))
        return Order(op_id, opcode, self.job.id, index, self._edges.new_uuid(), self._edges.now())

    def _perform(self, index: int, effect: FrameEffect) -> Deferred[Any]:
        """Bring an effect about."""
        match effect:
            case Acquire():
                return self._acquire(index, effect)
            case Begin(order):
                return self._begin(index, order)
            case Tell(payload, kind):
                said = transitions.with_log(self.job, index, kind, payload, self._time())
                return self._become(said, is_told=False)
            case CallNodes(method, arguments, timeout):
                return self._edges.nodes(method, arguments, timeout)
            case CallAddress(address, method, arguments, timeout):
                return self._edges.nodes.call_address(address, method, arguments, timeout)
            case ChangeConfig(change):
                return self._edges.config.apply(change, partial(self._hear, index))
            case Look() | ReleaseLocks() | Reserve():
                return succeed(self._answer(effect))
            case _:
                return self._edges.host(effect)

    def _hear(self, index: int, line: str) -> None:
        """Something went wrong that is no error of the opcode, which may have ended by now."""
        if self.job.opcodes[index].status is JobStatus.RUNNING:
            kind, payload = warning(line).type, warning(line).payload
            self._become(transitions.with_log(self.job, index, kind, payload, self._time()), is_told=False)

    def _answer(self, effect: Look | ReleaseLocks | Reserve) -> object:
        """The outcome of an effect that takes no time."""
        edges = self._edges
        match effect:
            case Look():
                return edges.config.snapshot
            case ReleaseLocks(level, keep):
                edges.locks.release(self._owner, level, keep)
                return None
            case Reserve(choose):
                return edges.reservations.choose(self.job.id, choose, edges.config.snapshot)

    @inlineCallbacks
    def _acquire(self, index: int, needed: Acquire) -> Generator[Deferred[Any], Any, Held]:
        if self._end is not _End.NONE:
            raise CancelledError
        priority = self.job.opcodes[index].priority
        self._waiting = self._edges.locks.acquire(self._owner, needed.level, needed.wish, priority)
        try:
            names = yield self._waiting
        finally:
            self._waiting = None
        return Held(None if LOCKSET in names else names, self._edges.config.snapshot)

    @inlineCallbacks
    def _begin(self, index: int, order: Order) -> Generator[Deferred[Any], Any, ClusterSnapshot]:
        if self._end is not _End.NONE:
            raise CancelledError
        expanded = {**order.parameters, "OP_ID": order.op_id}
        yield self._become(transitions.running(self.job, index, expanded, self._time()))
        return self._edges.config.snapshot

    @inlineCallbacks
    def _submit(self, order: Order, wanted: FollowUp) -> Generator[Deferred[Any], Any, dict[str, Any]]:
        """Have the jobs done that an opcode leads to; the opcode's result."""
        inherited = {name: order[name] for name in PASSED_ON}
        common = {"comment": f"Submitted by {order.op_id}", "priority": order["priority"], **inherited}
        jobs = [[{**common, **opcode} for opcode in job] for job in wanted.jobs]
        submitted = yield self._edges.submit(jobs)
        return {"jobs": submitted, **wanted.others}

    def _become(self, job: Job, *, is_told: bool = True) -> Deferred[None]:
        """Go over to the next state, which is on disk when this is done."""
        self.job = job
        return self._edges.save(job, is_told)

    def _time(self) -> tuple[int, int]:
        return split_time(self._edges.now())
