"""Who waits for which job: woken, given up on, sent away, and never forgotten in between."""

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from ganeti_lite.serving.job_waiters import JobWaiters
from ganeti_lite.serving.needs import ChangeNeeded
from ganeti_lite.snapshot import Job, JobRecord

from .gathered import make_job

PATIENCE = 10.0


class Waiting:
    """Waiters whose jobs are read when the test says so.

    :ivar reads: the jobs that are to be read, with what waits for them.
    :ivar log: what has come for whom.
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self.reads: list[tuple[int, Deferred[JobRecord]]] = []
        self.waiters = JobWaiters(self.clock, self._read)
        self.log: list[tuple[str, object]] = []

    def _read(self, job_id: int) -> Deferred[JobRecord]:
        self.reads.append((job_id, Deferred()))
        return self.reads[-1][1]

    def add(self, name: str, job_id: int, wanted: str = "running") -> Deferred[JobRecord]:
        """Let somebody wait until a job is *wanted*."""
        need = ChangeNeeded(job_id, PATIENCE, lambda record: isinstance(record, Job) and record.status == wanted)
        waiting = self.waiters.add(need)
        waiting.addCallbacks(lambda record: self._note(name, record), lambda failure: self._note(name, failure))
        return waiting

    def _note(self, name: str, outcome: object) -> None:
        self.log.append((name, type(outcome.value) if isinstance(outcome, Failure) else outcome))

    def offer(self, *jobs: JobRecord) -> None:
        """Have jobs told that have just been read."""
        self.waiters.offer(jobs, self.waiters.arrivals)

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits and nothing is kept for anybody."""
        return self.waiters.jobs == frozenset() and not self.clock.getDelayedCalls()


def test_who_has_news_is_told_and_nobody_else() -> None:
    """A job is told to those who wait for it and to whom it is news, once."""
    waiting = Waiting()
    waiting.add("one", 1)
    waiting.add("other", 1, "success")
    waiting.add("two", 2)
    assert waiting.waiters.jobs == {1, 2}
    job = make_job(1, "running")
    waiting.offer(make_job(1, "queued"), make_job(3, "running"))
    assert waiting.log == []
    waiting.offer(job)
    waiting.offer(job)
    assert waiting.log == [("one", job)]
    done, second = make_job(1, "success"), make_job(2, "running")
    waiting.offer(done, second)
    assert waiting.log == [("one", job), ("other", done), ("two", second)]
    assert waiting.is_idle
    assert waiting.reads == []


def test_the_same_record_is_looked_at_once() -> None:
    """A job that is offered again and again, since others come to wait for it, is compared once."""
    waiting = Waiting()
    seen: list[JobRecord] = []

    def is_news(record: JobRecord) -> bool:
        seen.append(record)
        return False

    waiting.waiters.add(ChangeNeeded(1, PATIENCE, is_news))
    first, second = make_job(1, "queued"), make_job(1, "queued")
    for job in (first, first, second, second, first):
        waiting.offer(job)
    assert seen == [first, second, first]


def test_who_comes_later_is_not_told_what_was_read_before() -> None:
    """What a reading that began before somebody came brings may be older than what he knows."""
    waiting = Waiting()
    waiting.add("early", 1)
    began = waiting.waiters.arrivals
    waiting.add("late", 1)
    old, new = make_job(1, "running"), make_job(1, "running")
    waiting.waiters.offer([old], began)
    assert waiting.log == [("early", old)]
    waiting.offer(new)
    assert waiting.log == [("early", old), ("late", new)]


def test_patience_ends_with_the_job_as_it_is_then() -> None:
    """Who has waited long enough is told the job as it is, news or not."""
    waiting = Waiting()
    waiting.add("one", 1)
    waiting.clock.advance(PATIENCE - 0.1)
    assert waiting.reads == []
    waiting.clock.advance(0.1)
    ((job_id, reading),) = waiting.reads
    assert (job_id, waiting.log) == (1, [])
    job = make_job(1, "queued")
    reading.callback(job)
    assert waiting.log == [("one", job)]
    assert waiting.is_idle


def test_news_that_come_while_the_job_is_read_are_told_once() -> None:
    """A change in the very moment in which patience ends is told, and what was being read is not told as well."""
    waiting = Waiting()
    waiting.add("one", 1)
    waiting.clock.advance(PATIENCE)
    job = make_job(1, "running")
    waiting.offer(job)
    waiting.reads[0][1].callback(make_job(1, "queued"))
    assert waiting.log == [("one", job)]
    assert waiting.is_idle


def test_who_leaves_is_forgotten() -> None:
    """Who waits no longer has no timer and no entry; the others go on waiting."""
    waiting = Waiting()
    leaving = waiting.add("one", 1)
    waiting.add("two", 1)
    leaving.cancel()
    assert waiting.log == [("one", CancelledError)]
    assert len(waiting.clock.getDelayedCalls()) == 1
    waiting.offer(make_job(1, "running"))
    assert [name for name, _ in waiting.log] == ["one", "two"]
    assert waiting.is_idle


def test_who_leaves_while_the_job_is_read_is_forgotten() -> None:
    """Leaving in the moment in which patience ends is leaving, and no fault."""
    waiting = Waiting()
    leaving = waiting.add("one", 1)
    waiting.clock.advance(PATIENCE)
    leaving.cancel()
    waiting.reads[0][1].callback(make_job(1, "queued"))
    assert waiting.log == [("one", CancelledError)]
    assert waiting.is_idle


def test_a_job_that_cannot_be_read_is_no_silence() -> None:
    """Who has waited long enough is told when reading fails."""
    waiting = Waiting()
    waiting.add("one", 1)
    waiting.clock.advance(PATIENCE)
    waiting.reads[0][1].errback(Failure(RuntimeError("no thread")))
    assert waiting.log == [("one", RuntimeError)]
    assert waiting.is_idle


def test_everybody_can_be_sent_away() -> None:
    """After that nobody waits, whichever job it was for, and nothing is kept."""
    waiting = Waiting()
    for number in range(5):
        waiting.add(str(number), number % 2)
    waiting.waiters.dismiss()
    assert sorted(waiting.log) == [(str(number), CancelledError) for number in range(5)]
    assert waiting.is_idle


def test_three_hundred_wait_for_one_job() -> None:
    """A crowd is told at once, in the order in which it has come."""
    waiting = Waiting()
    for number in range(300):
        waiting.add(str(number), 1)
    waiting.offer(make_job(1, "running"))
    assert [name for name, _ in waiting.log] == [str(number) for number in range(300)]
    assert waiting.is_idle


def test_who_is_told_may_wait_again() -> None:
    """Waiting anew as soon as there is news, as clients do, is waiting for the next."""
    waiting = Waiting()
    waiting.add("first", 1).addCallback(lambda _: waiting.add("again", 1))
    waiting.offer(make_job(1, "running"))
    assert [name for name, _ in waiting.log] == ["first"]
    assert waiting.waiters.jobs == {1}
