"""What clients are told: each method that is no query, its answer, and how it is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.constants import LockMode
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.filter_rules import FilterRules
from ganeti_lite.masterd.lock_queue import LockQueue
from ganeti_lite.masterd.locks import LockLevel, LockOwner, LockWish
from ganeti_lite.masterd.methods import JobMethods
from ganeti_lite.wire.requests import JobRequest
from tests.doubles.log_events import logged

from .clusters import make_node, make_snapshot
from .configs import Config
from .queues import NOW, QueueOwner
from .results import outcome

DELAY: dict[str, Any] = {"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []}
UUID = "11111111-2222-4333-8444-555555555555"
RULE = [5, [["jobid", [">", "id", 0]]], "PAUSE", []]
DRAINED = ["GenericError", ["Queue drained"]]


class Scene:
    """A job daemon whose jobs do nothing.

    :ivar pauses: what the watchers were told.
    """

    def __init__(self, path: Path) -> None:
        self.owner = QueueOwner(path).open()
        self.config = Config(make_snapshot(make_node("one")), NOW)
        self.locks = LockQueue(Clock(), lambda *_: None)
        self.pauses: list[int | None] = []
        self.methods = JobMethods(
            self.owner.queue,
            self.owner.live,
            self.owner.ended,
            FilterRules(self.config, lambda: self.owner.queue.last_id, lambda: NOW, lambda: UUID),
            self.locks,
            self._pause,
            {"OP_TEST_DELAY"},
        )

    def _pause(self, until: int | None) -> Deferred[None]:
        self.pauses.append(until)
        return succeed(None)

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
    scene.owner.live.set_rules((), 1)
    scene.result("SubmitManyJobs", [[DELAY], [DELAY]])
    text = "Priorities of pending opcodes for job 2 have been changed to 10"
    assert scene.result("ChangeJobPriority", 2, 10) == [True, text]
    assert scene.result("CancelJob", 2, False) == [True, "Dequeued job 2"]
    assert scene.result("CancelJob", 1, True) == [True, "SIGKILL send to the process"]
    assert scene.result("CancelJob", 99) == [False, "Job 99 not found in queue"]


def test_only_what_is_over_is_archived(scene: Scene) -> None:
    """And once."""
    scene.owner.run(1)
    scene.result("SubmitJob", [DELAY])
    assert [scene.result("ArchiveJob", job_id) for job_id in (1, 1, 2, 99)] == [True, False, False, False]


def test_old_jobs_are_archived_all_together(scene: Scene) -> None:
    """How many they were, and how many were not looked at."""
    scene.owner.run(3, at=NOW - 100)
    scene.owner.run(2, at=NOW - 10)
    assert scene.result("AutoArchiveJobs", 50, 29) == [3, 0]
    assert scene.result("AutoArchiveJobs", -1, 0) == [0, 2]


def test_the_watchers_pause(scene: Scene) -> None:
    """The answer is the time that was sent."""
    assert scene.result("SetWatcherPause", 1_900_000_000) == 1_900_000_000
    assert scene.result("SetWatcherPause", None) is None
    assert scene.pauses == [1_900_000_000, None]


def test_rules_come_and_go(scene: Scene) -> None:
    """A new one has a UUID, which names it from then on."""
    assert scene.result("ReplaceFilter", None, *RULE) == UUID
    assert scene.config.snapshot.filters[UUID].priority == 5
    assert scene.result("DeleteFilter", UUID) is None
    error = ["GenericError", [f"Filter rule with UUID {UUID} does not exist"]]
    assert scene.error("DeleteFilter", UUID) == error


def test_a_change_that_cannot_be_written_is_told(scene: Scene) -> None:
    """As the error that it is."""
    scene.config.refusal = FileWriteError("Cannot write config.data: No space left on device")
    error = ["GenericError", ["Cannot write config.data: No space left on device"]]
    assert scene.error("ReplaceFilter", None, *RULE) == error


def test_a_fault_of_the_daemon_is_logged_and_told_as_one(scene: Scene) -> None:
    """The client hears no more than that; the log has all of it."""
    scene.config.refusal = ZeroDivisionError("secret")
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
