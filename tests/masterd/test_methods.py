"""What clients are told: each method that is no query, its answer, and how it is refused."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.constants import LockMode
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.lock_queue import LockQueue
from ganeti_lite.masterd.locks import LockLevel, LockOwner, LockWish
from ganeti_lite.masterd.methods import ARCHIVE_BATCH, PAUSE_TIMEOUT, JobMethods
from ganeti_lite.masterd.units import Change
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult
from ganeti_lite.wire.requests import JobRequest
from tests.doubles.log_events import logged

from .clusters import make_node, make_snapshot
from .queues import NOW, QueueOwner
from .results import outcome

DELAY: dict[str, Any] = {"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}
UUID = "11111111-2222-4333-8444-555555555555"
OTHER = "22222222-2222-4333-8444-555555555555"
RULE = [5, [["jobid", [">", "id", 0]]], "PAUSE", []]
DRAINED = ["GenericError", ["Queue drained"]]


class Scene:
    """A job daemon whose jobs do nothing, and nodes that do not answer.

    :ivar calls: what nodes were called for.
    """

    def __init__(self, path: Path) -> None:
        self.owner = QueueOwner(path).open()
        self.snapshot = make_snapshot(make_node("one"), make_node("two", candidate=False))
        self.calls: list[tuple[str, Mapping[str, list[Any]], float]] = []
        self.locks = LockQueue(Clock(), lambda *_: None)
        self.refusal: Exception | None = None
        self.methods = JobMethods(
            self.owner.queue,
            self.locks,
            self._apply,
            self._call,
            lambda: self.snapshot,
            {"OP_TEST_DELAY"},
            self.owner.clock,
            lambda: NOW,
            lambda: UUID,
        )

    def _apply(self, change: Change, tell: Callable[[str], None]) -> Deferred[ClusterSnapshot]:
        tell("node2 did not get it")
        return fail(self.refusal) if self.refusal else maybeDeferred(self._change, change)

    def _change(self, change: Change) -> ClusterSnapshot:
        self.snapshot = change(self.snapshot, NOW)
        return self.snapshot

    def _call(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        self.calls.append((method, arguments, timeout))
        return succeed({uuid: RpcFailure("no route") for uuid in arguments})

    def ask(self, method: str, *args: Any) -> Any:
        """The whole answer to a request."""
        encoded: bytes = outcome(self.methods.answer(JobRequest(method, list(args)), b""))
        return json.loads(encoded.removesuffix(b"\x03"))

    def result(self, method: str, *args: Any) -> Any:
        """The result of one that is carried out."""
        answer = self.ask(method, *args)
        assert answer["success"], answer
        return answer["result"]

    def error(self, method: str, *args: Any) -> Any:
        """The error of one that is not."""
        answer = self.ask(method, *args)
        assert not answer["success"], answer
        return answer["result"]

    def run(self, count: int, *, at: float = NOW) -> None:
        """Have so many jobs done, which end at a time."""
        for job_id, _ in enumerate(range(count), self.owner.queue.last_id + 1):
            self.owner.submit([dict(DELAY, priority=0)])
            run = self.owner.runs[job_id]
            run.end()
            self.owner.store.write([evolve(run.job, end=(int(at), 0))])


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A daemon without jobs."""
    return Scene(tmp_path)


def test_a_job_has_a_number(scene: Scene) -> None:
    """It is on disk with what was sent, and the trail of its reason."""
    assert scene.result("SubmitJob", [DELAY, DELAY]) == 1
    job = scene.owner.read(1)
    assert [opcode["input"]["OP_ID"] for opcode in job["ops"]] == ["OP_TEST_DELAY"] * 2
    assert job["ops"][1]["input"]["reason"][-1][:2] == ["gnt:opcode:test_delay", "job=1;index=1"]


def test_of_many_jobs_each_is_taken_or_not(scene: Scene) -> None:
    """With its number, or why not."""
    taken, refused, last = scene.result("SubmitManyJobs", [[DELAY], [{**DELAY, "depends": [[-7, []]]}], [DELAY]])
    assert (taken, last) == ([True, 1], [True, 3])
    assert refused[0] is False
    assert "-7" in refused[1]
    assert scene.result("SubmitManyJobs", []) == []


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ([[]], ["GenericError", ["A job needs at least one opcode"]]),
        (
            [[{"OP_ID": "OP_NODE_EVACUATE", "node_name": "x", "mode": "all", "reason": []}]],
            ["GenericError", ["Opcode OP_NODE_EVACUATE is not implemented by this job daemon"]],
        ),
        ([[{"OP_ID": "OP_X"}]], "Failed to parse request: SubmitJob: Unknown opcode OP_X"),
    ],
)
def test_what_cannot_be_a_job_is_refused(scene: Scene, args: list[Any], error: Any) -> None:
    """Before it has a number."""
    assert scene.error("SubmitJob", *args) == error
    assert scene.owner.queue.last_id == 0


def test_one_job_that_cannot_be_taken_is_an_error(scene: Scene) -> None:
    """Its dependencies count from its own number."""
    kind, (text,) = scene.error("SubmitJob", [{**DELAY, "depends": [[-7, []]]}])
    assert (kind, text) == ("GenericError", "Invalid value for job ID ' -6'")


def test_a_full_disk_keeps_jobs_out(scene: Scene) -> None:
    """The client is told; the number is not given."""
    scene.owner.failures.append(FileWriteError("Cannot write serial: No space left on device"))
    error = ["GenericError", ["The job queue cannot be written: Cannot write serial: No space left on device"]]
    assert scene.error("SubmitJob", [DELAY]) == error
    assert scene.result("SubmitJob", [DELAY]) == 1


def test_a_drained_queue_takes_no_jobs(scene: Scene) -> None:
    """But those that are meant for it; who drains it is told so."""
    assert scene.result("SetDrainFlag", True) is True
    assert scene.error("SubmitJob", [DELAY]) == DRAINED
    assert scene.error("SubmitManyJobs", [[DELAY]]) == DRAINED
    assert scene.result("SubmitJobToDrainedQueue", [DELAY]) == 1
    assert scene.result("SetDrainFlag", False) is True
    assert scene.result("SubmitJob", [DELAY]) == 2


def test_cancelling_and_priorities_are_answered_by_the_queue(scene: Scene) -> None:
    """With whether anything was done, and a text."""
    scene.owner.queue.set_rules((), 1)
    scene.result("SubmitManyJobs", [[DELAY], [DELAY]])
    text = "Priorities of pending opcodes for job 2 have been changed to 10"
    assert scene.result("ChangeJobPriority", 2, 10) == [True, text]
    assert scene.result("CancelJob", 2, False) == [True, "Dequeued job 2"]
    assert scene.result("CancelJob", 1, True) == [True, "SIGKILL send to the process"]
    assert scene.result("CancelJob", 99) == [False, "Job 99 not found in queue"]


def test_only_what_is_over_is_archived(scene: Scene) -> None:
    """And once."""
    scene.run(1)
    scene.result("SubmitJob", [DELAY])
    assert [scene.result("ArchiveJob", job_id) for job_id in (1, 1, 2, 99)] == [True, False, False, False]


def test_old_jobs_are_archived_all_together(scene: Scene) -> None:
    """Those that ended longer ago than the age; what is younger was looked at, too."""
    scene.run(3, at=NOW - 100)
    scene.run(2, at=NOW - 10)
    assert scene.result("AutoArchiveJobs", 50, 29) == [3, 0]
    assert scene.result("AutoArchiveJobs", 50, 29) == [0, 0]
    assert scene.result("AutoArchiveJobs", -1, 29) == [2, 0]


def test_archiving_ends_when_its_time_is_up(scene: Scene) -> None:
    """A batch is moved as a whole; those that were not looked at are counted."""
    scene.run(2 * ARCHIVE_BATCH + 1)
    assert scene.result("AutoArchiveJobs", -1, 0) == [0, 2 * ARCHIVE_BATCH + 1]
    archive = scene.owner.store.archive

    def archive_slowly(ids: Any) -> list[tuple[str, str]]:
        scene.owner.clock.advance(20)
        return archive(ids)

    scene.owner.store.archive = archive_slowly  # type: ignore[method-assign]  # time passes only in here
    assert scene.result("AutoArchiveJobs", -1, 29) == [2 * ARCHIVE_BATCH, 1]


def test_a_job_that_says_nothing_of_its_end_stays(scene: Scene) -> None:
    """Ganeti's daemon leaves jobs without opcodes for ever; who asks for any age has them archived."""
    scene.owner.store.write([evolve(transitions.submitted(1, [], (1, 0)), opcodes=())])
    assert scene.result("AutoArchiveJobs", 0, 29) == [0, 0]
    assert scene.result("AutoArchiveJobs", -1, 29) == [1, 0]


def test_the_watchers_are_told_of_a_pause(scene: Scene) -> None:
    """Those of the master and the candidates; nodes that do not answer make it no error."""
    assert scene.result("SetWatcherPause", 1_900_000_000) == 1_900_000_000
    assert scene.result("SetWatcherPause", None) is None
    told = [("set_watcher_pause", {"master-uuid": [until], "one-uuid": [until]}) for until in (1_900_000_000, None)]
    assert scene.calls == [(*call, PAUSE_TIMEOUT) for call in told]


def test_rules_come_and_go(scene: Scene) -> None:
    """A new one has a UUID, the number of the last job, and who has put it there."""
    scene.run(3)
    assert scene.result("ReplaceFilter", None, *RULE) == UUID
    rule = scene.snapshot.filters[UUID]
    assert (rule.priority, rule.watermark, rule.action) == (5, 3, "PAUSE")
    assert rule.predicates == (("jobid", (">", "id", 0)),)
    assert rule.reason_trail == (("luxid", "", 1_800_000_000_250_000_000),)
    assert scene.result("DeleteFilter", UUID) is None
    assert UUID not in scene.snapshot.filters


def test_a_rule_replaces_the_one_of_its_uuid(scene: Scene) -> None:
    """Its watermark is that of now; the trail begins with what was sent."""
    scene.result("ReplaceFilter", OTHER, *RULE)
    scene.run(1)
    trail = [["gnt:user", "night", 7]]
    assert scene.result("ReplaceFilter", OTHER, 0, [], ["RATE_LIMIT", 2], trail) == OTHER
    rule = scene.snapshot.filters[OTHER]
    assert (rule.watermark, rule.action) == (1, ("RATE_LIMIT", 2))
    assert rule.reason_trail[0] == ("gnt:user", "night", 7)


def test_a_rule_that_is_not_there_cannot_be_deleted(scene: Scene) -> None:
    """With the text that Ganeti's tools know."""
    error = ["GenericError", [f"Filter rule with UUID {UUID} does not exist"]]
    assert scene.error("DeleteFilter", UUID) == error


def test_a_change_that_cannot_be_written_is_told(scene: Scene) -> None:
    """As the error that it is."""
    scene.refusal = FileWriteError("Cannot write config.data: No space left on device")
    error = ["GenericError", ["Cannot write config.data: No space left on device"]]
    assert scene.error("ReplaceFilter", None, *RULE) == error


def test_a_fault_of_the_daemon_is_logged_and_told_as_one(scene: Scene) -> None:
    """The client hears no more than that; the log has all of it."""
    scene.refusal = ZeroDivisionError("secret")
    with logged() as log:
        kind, (text,) = scene.error("ReplaceFilter", None, *RULE)
    assert kind == "ProgrammerError"
    assert "log" in text
    assert "secret" not in text
    assert log.failures == ["answering ReplaceFilter"]


def test_locks_are_listed(scene: Scene) -> None:
    """Who has which."""
    scene.locks.acquire(LockOwner(7), LockLevel.NODE, LockWish(frozenset({"one"}), LockMode.SHARED))
    assert "7" in json.dumps(outcome(scene.methods.list_locks()))
