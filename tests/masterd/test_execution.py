"""Carrying out jobs: what is written when, and how jobs end."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.config import parse_config
from ganeti_lite.constants import JobStatus
from ganeti_lite.errors import OpExecError
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.execution import Edges, JobRun
from ganeti_lite.masterd.lock_queue import LockQueue
from ganeti_lite.masterd.locks import LockLevel, LockOwner, LockWish
from ganeti_lite.masterd.reservations import Reservations
from ganeti_lite.masterd.units import CallNodes, Effects, FollowUp, LogicalUnit, Order, ReleaseLocks, Tell
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import ClusterSnapshot, Job
from ganeti_lite.wire.noderpc import RpcResult, RpcSuccess
from tests.doubles.clusters import config_bytes

from .configs import Config

SNAPSHOT = parse_config(config_bytes())


class Delay(LogicalUnit[None]):
    """Stands in for an opcode: locks an instance, asks a node, talks; what happens then is the test's."""

    op_id = "OP_TEST_DELAY"

    def __init__(self, finish: Callable[[], object] = lambda: None) -> None:
        self.finish = finish

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """One instance."""
        return LockWish(frozenset({"inst"})) if level is LockLevel.INSTANCE else None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[None]:
        """There is nothing to check."""
        yield from ()

    def execute(self, order: Order, plan: None) -> Effects[object]:
        """Talk, ask, end as the test wishes."""
        yield Tell("working")
        yield CallNodes("test_delay", {"node": [order["duration"]]})
        yield ReleaseLocks(LockLevel.INSTANCE)
        return self.finish()


class Nodes:
    """Nodes that do not answer by themselves.

    :ivar calls: those that were made.
    """

    def __init__(self) -> None:
        self.calls: list[Deferred[Mapping[str, RpcResult]]] = []

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        """Take a call."""
        self.calls.append(Deferred())
        return self.calls[-1]

    def call_address(self, address: str, method: str, arguments: list[Any], timeout: float) -> Deferred[RpcResult]:
        """No opcode of these tests makes one."""
        raise NotImplementedError


class World:
    """What jobs reach; nodes answer when the test says so.

    :ivar hold: when the next state is on disk.
    """

    def __init__(self, unit: LogicalUnit[Any]) -> None:
        self.clock = Clock()
        self.locks = LockQueue(self.clock, lambda *_: None)
        self.saved: list[tuple[str, bool]] = []
        self.submitted: list[Any] = []
        self.nodes = Nodes()
        self.hold: Deferred[None] = succeed(None)
        self.units = {unit.op_id: unit}
        self.edges = Edges(
            config=Config(SNAPSHOT, 1000.5),
            nodes=self.nodes,
            host=self._refuse,
            locks=self.locks,
            reservations=Reservations(),
            save=self._save,
            submit=self._submit,
            data_dir="/data",
            now=lambda: 1000.5,
            new_uuid=lambda: "uuid",
        )

    def _refuse(self, effect: object) -> Deferred[Any]:
        raise NotImplementedError

    def _save(self, job: Job, is_told: bool) -> Deferred[None]:
        self.saved.append((",".join(opcode.status for opcode in job.opcodes), is_told))
        hold, self.hold = self.hold, succeed(None)
        return hold

    def _submit(self, jobs: Sequence[Sequence[Mapping[str, Any]]]) -> Deferred[list[list[Any]]]:
        self.submitted += jobs
        return succeed([[True, 77] for _ in jobs])

    def start(self, opcodes: int = 1, **parameters: Any) -> tuple[JobRun, list[Job]]:
        """A job of so many delays that is being carried out, and a list that it will be put into when it ends."""
        given = {"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": [], **parameters}
        job = transitions.submitted(1, [decode_opcode(given)] * opcodes, (1000, 0))
        run = JobRun(job, self.edges, self.units)
        ended: list[Job] = []
        run.run().addCallback(ended.append)
        return run, ended

    def answer(self) -> None:
        """Let the node answer the last call."""
        self.nodes.calls.pop().callback({"node": RpcSuccess(None)})

    @property
    def statuses(self) -> list[str]:
        """What was written, in order."""
        return [statuses for statuses, _ in self.saved]


@pytest.fixture
def world() -> World:
    """A world whose delays succeed."""
    return World(Delay())


def results_of(job: Job) -> list[Any]:
    """What the opcodes of a job have given."""
    return [json.loads(bytes(opcode.result)) for opcode in job.opcodes]


def test_each_state_is_written_before_the_next(world: World) -> None:
    """Waiting, running, its words, its end; words alone are not told to the candidates."""
    _, ended = world.start()
    assert world.saved == [("waiting", True), ("running", True), ("running", False)]
    assert not ended
    world.answer()
    assert world.saved[3:] == [("success", True)]
    assert ended[0].status is JobStatus.SUCCESS


def test_opcodes_follow_each_other(world: World) -> None:
    """The second begins when the first has ended."""
    _, ended = world.start(opcodes=2)
    world.answer()
    assert world.statuses[3:] == ["success,queued", "success,waiting", "success,running", "success,running"]
    world.answer()
    assert ended[0].status is JobStatus.SUCCESS


def test_locks_are_waited_for_and_given_back(world: World) -> None:
    """While somebody else has them the job waits; afterwards it holds nothing."""
    other = LockOwner(99)
    world.locks.acquire(other, LockLevel.INSTANCE, LockWish(frozenset({"inst"})))
    run, ended = world.start()
    assert (world.statuses, run.is_waiting) == (["waiting"], True)
    world.locks.release_all(other)
    assert world.statuses == ["waiting", "running", "running"]
    world.answer()
    assert ended
    assert world.locks.listing()[0] == []


def fail_with(error: Exception) -> Callable[[], object]:
    """Something that raises *error*."""

    def fail() -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (OpExecError("no such luck"), ["OpExecError", ["no such luck"]]),
        (ZeroDivisionError("a bug"), ["OpExecError", ["a bug"]]),
        (KeyError(), ["OpExecError", ["KeyError"]]),
    ],
)
def test_an_error_ends_the_job(error: Exception, result: object) -> None:
    """What is behind it is not begun; a bug is an error, too, and nothing stays locked."""
    world = World(Delay(fail_with(error)))
    _, ended = world.start(opcodes=2)
    world.answer()
    assert results_of(ended[0]) == [result, ["OpExecError", ["Preceding opcode failed"]]]
    assert world.locks.listing()[0] == []


def test_a_job_that_waits_for_locks_is_cancelled_at_once(world: World) -> None:
    """It is on disk that it is to be cancelled, then that it was."""
    world.locks.acquire(LockOwner(99), LockLevel.INSTANCE, LockWish(frozenset({"inst"})))
    run, ended = world.start()
    run.cancel()
    assert world.statuses == ["waiting", "canceling", "canceled"]
    assert results_of(ended[0]) == ["Job canceled by request"]
    assert not run.is_waiting


def test_a_running_job_is_cancelled_behind_its_present_opcode(world: World) -> None:
    """What was begun is brought to its end."""
    run, ended = world.start(opcodes=2)
    run.cancel()
    assert not ended
    world.answer()
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.SUCCESS, JobStatus.CANCELED]


def test_a_killed_job_ends_in_the_middle(world: World) -> None:
    """Nobody knows what became of its opcode, and so it says."""
    run, ended = world.start(opcodes=2)
    run.kill()
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.ERROR, JobStatus.ERROR]
    assert results_of(ended[0])[0] == "detected death of job 1"
    assert world.locks.listing()[0] == []


def test_a_stop_of_the_daemon_puts_a_waiting_job_back(world: World) -> None:
    """It is queued again, as if it had never begun; one that runs ends its opcode and stays with the rest."""
    world.locks.acquire(LockOwner(99), LockLevel.INSTANCE, LockWish(frozenset({"inst"})))
    run, ended = world.start()
    run.withdraw()
    assert world.statuses == ["waiting", "queued"]
    assert ended[0].start is None


def test_a_stop_of_the_daemon_waits_for_the_present_opcode(world: World) -> None:
    """The opcode ends, the rest stays in the queue."""
    run, ended = world.start(opcodes=2)
    run.withdraw()
    world.answer()
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.SUCCESS, JobStatus.QUEUED]


def test_a_later_opcode_with_dependencies_goes_back_to_the_queue(world: World) -> None:
    """Whether it may run is not this job's to judge."""
    _, ended = world.start(opcodes=2, depends=[[99, []]])
    world.answer()
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.SUCCESS, JobStatus.QUEUED]


def test_a_dry_run_ends_before_anything_is_done(world: World) -> None:
    """It says so in its log; no node was asked."""
    _, ended = world.start(dry_run=True)
    (entry,) = ended[0].log
    assert b"dry-run mode requested" in bytes(entry.payload)
    assert not world.nodes.calls


def test_jobs_of_jobs_are_submitted(world: World) -> None:
    """They say whose they are, and are as urgent; the result has their numbers."""
    world.units["OP_TEST_DELAY"] = Delay(lambda: FollowUp([[{"OP_ID": "OP_TEST_DELAY", "duration": 2}]], {"more": 1}))
    _, ended = world.start(priority=-10, comment="mine")
    world.answer()
    ((opcode,),) = world.submitted
    assert results_of(ended[0]) == [{"jobs": [[True, 77]], "more": 1}]
    assert (opcode["comment"], opcode["priority"], opcode["duration"]) == ("Submitted by OP_TEST_DELAY", -10, 2)
    assert opcode["reason"] == [["gnt:opcode:test_delay", "job=1;index=0", 1000 * 10**9]]


def test_a_result_that_no_file_can_hold_is_an_error() -> None:
    """And the opcode is not done again."""
    world = World(Delay(object))
    _, ended = world.start(opcodes=2)
    world.answer()
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.ERROR, JobStatus.ERROR]


def test_a_job_killed_between_two_opcodes_ends_there(world: World) -> None:
    """What was done keeps its result, the rest is not begun."""
    run, ended = world.start(opcodes=2)
    written: Deferred[None] = Deferred()
    world.hold = written
    world.answer()
    run.kill()
    written.callback(None)
    assert [opcode.status for opcode in ended[0].opcodes] == [JobStatus.SUCCESS, JobStatus.ERROR]
