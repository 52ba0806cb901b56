"""Jobs on their way to the disk."""

from collections.abc import Mapping, Sequence

from twisted.python.failure import Failure

from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.atomic_write import FileWriteError
from ganeti_lite.masterd.job_writer import BATCH, JobWriter
from ganeti_lite.snapshot import Job
from tests.doubles.manual_runner import ManualRunner

from .jobs import make_job

FULL = FileWriteError("Cannot write: No space left on device")


class Scene:
    """A writer and its disk, which is done when the test says so.

    :ivar batches: what was written together: ids and priorities.
    :ivar told: who was told what.
    """

    def __init__(self) -> None:
        self.disk = ManualRunner()
        self.batches: list[list[tuple[int, int]]] = []
        self.told: list[tuple[str, object]] = []
        self.failures: Mapping[int, FileWriteError] | Exception = {}
        self.writer = JobWriter(self.disk, self._write)

    def _write(self, jobs: Sequence[Job]) -> Mapping[int, FileWriteError]:
        self.batches.append([(job.id, job.priority) for job in jobs])
        if isinstance(self.failures, Exception):
            raise self.failures
        return self.failures

    def write(self, job_id: int, priority: int, who: str = "") -> None:
        """Somebody wants a job's state written."""

        def fail(failure: Failure) -> None:
            self.told.append((who, failure.value))

        job = transitions.with_priority(make_job(job_id), priority)
        self.writer.write(job).addCallbacks(lambda _: self.told.append((who, None)), fail)


def test_what_comes_meanwhile_is_written_together() -> None:
    """The first at once; of each job only the newest state, and all who wait for it hear of it."""
    scene = Scene()
    scene.write(1, 1, "first")
    scene.write(1, 2, "second")
    scene.write(2, 3, "third")
    scene.write(1, 4, "fourth")
    scene.disk.run_one()
    assert scene.told == [("first", None)]
    scene.disk.run_one()
    assert scene.batches == [[(1, 1)], [(1, 4), (2, 3)]]
    assert [who for who, _ in scene.told[1:]] == ["second", "fourth", "third"]
    assert not scene.disk.pending


def test_a_batch_has_a_bound() -> None:
    """So that others get at the disk, and the first jobs of many are started soon."""
    scene = Scene()
    for job_id in range(2 * BATCH + 1):
        scene.write(job_id, 0)
    scene.disk.run_all()
    assert [len(batch) for batch in scene.batches] == [1, BATCH, BATCH]


def test_what_cannot_be_written_is_told_to_those_who_wait_for_it() -> None:
    """The others' jobs are on disk; the writer goes on."""
    scene = Scene()
    for who in ("first", "bad", "good"):
        scene.write(["first", "bad", "good"].index(who), 0, who)
    scene.disk.run_one()
    scene.failures = {1: FULL}
    scene.disk.run_one()
    assert scene.told == [("first", None), ("bad", FULL), ("good", None)]
    scene.failures = FULL
    scene.write(3, 0, "all")
    scene.disk.run_one()
    scene.failures = {}
    scene.write(4, 0, "last")
    scene.disk.run_all()
    assert scene.told[3:] == [("all", FULL), ("last", None)]
