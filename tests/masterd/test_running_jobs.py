"""The jobs that are carried out: how they are told to end, and who waits for it."""

from typing import Any

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.running_jobs import CANCEL_PATIENCE, STOP_PATIENCE, RunningJobs
from ganeti_lite.snapshot import Job
from tests.doubles.log_events import logged

from .queues import NOW, Run, delay
from .results import outcome


class Scene:
    """One job that was started.

    :ivar saved: its states since then.
    :ivar ended: the jobs that are not carried out any more.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.saved: list[Job] = []
        self.ended: list[Job] = []
        job = transitions.submitted(1, [delay()], (1, 0))
        self.run = Run(job, self._save)
        make_run: Any = lambda _: self.run  # noqa: E731 - has all of a run that is used
        self.jobs = RunningJobs(make_run, self._save, self.clock, lambda: NOW)
        self.jobs.start(job, self.ended.append)

    def _save(self, job: Job) -> Deferred[None]:
        self.saved.append(job)
        return succeed(None)


@pytest.fixture
def scene() -> Scene:
    """A job that is being carried out."""
    return Scene()


def test_a_job_is_there_while_it_is_carried_out(scene: Scene) -> None:
    """As it is now; who started it is told when it has ended, or is to wait again."""
    assert scene.jobs.get(1) is scene.run.job
    assert scene.jobs.get(2) is None
    scene.run.end()
    assert scene.jobs.get(1) is None
    assert scene.ended == [scene.run.job]


def test_a_job_that_has_begun_is_told_that_it_is_cancelled(scene: Scene) -> None:
    """The client does not wait until it has ended, nor does one that has it killed."""
    told = "Job no longer waiting, can't cancel (informed it anyway)"
    assert outcome(scene.jobs.cancel(1, kill=False)) == (False, told)
    assert outcome(scene.jobs.cancel(1, kill=True)) == (True, "SIGKILL send to the process")
    assert scene.run.orders == ["cancel", "kill"]


def test_a_job_that_waits_for_locks_is_cancelled_while_the_client_waits(scene: Scene) -> None:
    """The answer comes when it has ended."""
    scene.run.is_waiting = True
    cancelling = scene.jobs.cancel(1, kill=False)
    assert (scene.run.orders, cancelling.called) == (["cancel"], False)
    scene.run.end(status=JobStatus.CANCELED)
    assert outcome(cancelling) == (True, "Job successfully cancelled")


def test_a_client_does_not_wait_for_ever(scene: Scene) -> None:
    """It is told how the job stands; that goes on and ends when it does."""
    scene.run.is_waiting = True
    cancelling = scene.jobs.cancel(1, kill=False)
    scene.clock.advance(CANCEL_PATIENCE)
    assert outcome(cancelling) == (False, "Job could not be canceled, status queued")
    scene.run.end(status=JobStatus.CANCELED)
    assert scene.ended == [scene.run.job]


def test_priorities_are_passed_on(scene: Scene) -> None:
    """To the job that is meant; one that is not there any more has none."""
    outcome(scene.jobs.change_priority(1, -10))
    scene.jobs.note_priority(1, -1)
    scene.jobs.note_priority(2, -1)
    assert scene.run.orders == ["priority -10", "raised to -1"]


def test_a_fault_of_the_daemon_ends_the_job(scene: Scene) -> None:
    """It is never done again for that; the log has the fault."""
    with logged() as log:
        scene.run.fail(ZeroDivisionError())
    assert log.failures == ["job 1"]
    assert [job.status for job in scene.saved] == [JobStatus.ERROR]
    assert scene.ended == scene.saved
    assert scene.jobs.get(1) is None


def test_a_fault_behind_the_end_of_a_job_does_not_change_it(scene: Scene) -> None:
    """What has ended stays as it is."""
    scene.run.job = transitions.canceled(scene.run.job, (1, 1))
    with logged():
        scene.run.fail(ZeroDivisionError())
    assert (scene.saved, scene.ended) == ([], [scene.run.job])


def test_a_stop_waits_for_what_runs(scene: Scene) -> None:
    """It is told to stay behind its present opcode."""
    stopping = scene.jobs.stop()
    assert (scene.run.orders, stopping.called) == (["withdraw"], False)
    scene.run.end()
    outcome(stopping)
    assert not scene.clock.getDelayedCalls()


def test_a_stop_does_not_wait_for_ever(scene: Scene) -> None:
    """What takes too long is left as it is."""
    stopping = scene.jobs.stop()
    scene.clock.advance(STOP_PATIENCE)
    outcome(stopping)
    assert scene.ended == []


def test_nothing_that_runs_is_stopped_at_once() -> None:
    """Nobody has to wait."""
    scene = Scene()
    scene.run.end()
    outcome(scene.jobs.stop())
