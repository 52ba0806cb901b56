"""The choice of jobs: the same as that of a model which looks at every job each time, at the cost of what changes."""

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs.transitions import with_priority
from ganeti_lite.masterd.dependencies import Fails, MustCancel, Ready, judge_job
from ganeti_lite.masterd.job_filters import ActionKind, Bucket, Rule, order_rules, treat
from ganeti_lite.masterd.schedule import Choice, Schedule
from ganeti_lite.snapshot import FilterRule, Job
from tests.masterd.jobs import delay, end, make_job

COUNT: Final = 10_000
OLD: Final = {1: JobStatus.SUCCESS, 2: JobStatus.CANCELED}
"""Jobs that have ended long ago."""


def make_rules(action: Any, *expressions: Any) -> tuple[Rule, ...]:
    """A rule for jobs of which these expressions about their ids hold."""
    predicates: tuple[Any, ...] = tuple(["jobid", expression] for expression in expressions)
    return order_rules([FilterRule(uuid="u", watermark=0, priority=0, predicates=predicates, action=action)])


@define
class Model:
    """Looks at every job each time."""

    limit: int
    rules: Sequence[Rule] = ()
    jobs: dict[int, Job] = field(factory=dict)
    ended: dict[int, JobStatus] = field(factory=lambda: dict(OLD))
    running: dict[int, None] = field(factory=dict)
    leaving: set[int] = field(factory=set)

    def find(self, job_id: int) -> JobStatus | None:
        """How a job stands."""
        return JobStatus.QUEUED if job_id in self.jobs else self.ended.get(job_id)

    def finished(self, job: Job) -> None:
        """A job has ended."""
        self.jobs.pop(job.id, None)
        self.running.pop(job.id, None)
        self.ended[job.id] = job.status

    def choose(self) -> Choice:
        """What is to be done now."""
        cancel: list[int] = []
        fail: dict[int, str] = {}
        candidates: list[Job] = []
        for job in self.jobs.values():
            if job.id in self.running or job.id in self.leaving:
                continue
            match judge_job(job, self.find):
                case MustCancel():
                    cancel.append(job.id)
                case Fails(text):
                    fail[job.id] = text
                case Ready():
                    candidates.append(job)
        kinds = {job.id: treat(job, self.rules).action.kind for job in candidates}
        cancel += [job_id for job_id, kind in kinds.items() if kind is ActionKind.REJECT]
        self.leaving.update(cancel, fail)
        going = [job for job in candidates if kinds[job.id] not in (ActionKind.REJECT, ActionKind.PAUSE)]
        return Choice(tuple(self._start(going)), tuple(cancel), fail)

    def _start(self, going: list[Job]) -> list[int]:
        used: Counter[Bucket] = Counter()
        for job_id in self.running:
            used.update(treat(self.jobs[job_id], self.rules).buckets)
        started = []
        for job in sorted(going, key=lambda job: (job.priority, job.id)):
            buckets = treat(job, self.rules).buckets
            if len(self.running) < self.limit and all(used[bucket] < bucket.limit for bucket in buckets):
                self.running[job.id] = None
                used.update(buckets)
                started.append(job.id)
        return started


REASONS: Final = ("rate-limit:1:a", "rate-limit:2:b", "rate-limit:1:c")
RULES: Final = (
    (),
    make_rules("PAUSE", [">", "id", 12]),
    make_rules("REJECT", ["=", "id", 14]),
    make_rules(["RATE_LIMIT", 1], ["<", "id", 15]),
)
PRIORITIES: Final = st.sampled_from([-10, 0, 10])

ADDITION: Final = st.tuples(
    st.just("add"),
    PRIORITIES,
    st.just([])
    | st.lists(st.tuples(st.integers(0, 9), st.sampled_from([(), ("success",), ("canceled", "error")])), max_size=2),
    st.lists(st.sampled_from(REASONS), max_size=2),
)
"""Its priority, what it depends on, its rate limits."""
EVENT: Final = (
    ADDITION
    | st.tuples(st.just("end"), st.integers(0, 9), st.sampled_from([*JobStatus][-3:]))
    | st.tuples(st.just("end running"), st.integers(0, 9), st.sampled_from([*JobStatus][-3:]))
    | st.tuples(st.just("priority"), st.integers(0, 9), PRIORITIES)
    | st.tuples(st.just("rules"), st.sampled_from(RULES))
    | st.tuples(st.just("limit"), st.integers(0, 4))
)
EVENTS: Final = st.tuples(
    st.lists(st.tuples(ADDITION, st.just(False)), min_size=3, max_size=15),
    st.lists(st.tuples(EVENT, st.booleans()), min_size=10, max_size=40),
)
"""Jobs that are there from the beginning, and what happens then, each with whether there is a choice after it."""


class Both:
    """The schedule and its model, told the same."""

    def __init__(self) -> None:
        self.model = Model(2)
        self.schedule = Schedule(2, self.model.ended.get)
        self.next_id = 11

    def tell(self, event: tuple[Any, ...]) -> None:
        """Make an event happen to both."""
        match event:
            case ("add", priority, depends, reasons):
                self._add(priority, [self._target(number, statuses) for number, statuses in depends], reasons)
            case ("end", number, status):
                self._end(sorted(self.model.jobs), number, status)
            case ("end running", number, status):
                self._end(list(self.model.running), number, status)
            case ("priority", number, priority) if self.model.jobs:
                job = with_priority(self._pick(sorted(self.model.jobs), number), priority)
                self.model.jobs[job.id] = job
                self.schedule.replace(job)
            case ("rules", rules):
                self.model.rules = rules
                self.schedule.set_rules(rules)
            case ("limit", limit):
                self.model.limit = limit
                self.schedule.set_limit(limit)

    def _target(self, number: int, statuses: tuple[str, ...]) -> list[Any]:
        """A dependency on an old job, one of the last jobs, the job itself, or one that will never be."""
        job_id = {0: 1, 1: 2, 2: 99, 3: self.next_id}.get(number, max(self.next_id + 3 - number, 11))
        return [job_id, list(statuses)]

    def _add(self, priority: int, depends: list[Any], reasons: list[str]) -> None:
        job = make_job(self.next_id, delay(depends, priority=priority, reasons=tuple(reasons)))
        self.next_id += 1
        self.model.jobs[job.id] = job
        self.schedule.add(job)

    def _pick(self, ids: list[int], number: int) -> Job:
        return self.model.jobs[ids[number % len(ids)]]

    def _end(self, ids: list[int], number: int, status: JobStatus) -> None:
        if ids:
            job = end(self._pick(ids, number), status)
            self.model.finished(job)
            self.schedule.finished(job)

    def compare(self) -> None:
        """Let both choose."""
        expected, found = self.model.choose(), self.schedule.choose()
        assert found.start == expected.start
        assert sorted(found.cancel) == sorted(expected.cancel)
        assert found.fail == expected.fail
        assert self.schedule.running == set(self.model.running)
        assert {job.id for job in self.schedule} == set(self.model.jobs)
        assert len(self.schedule) == len(self.model.jobs)
        assert not self.schedule.choose()


@given(EVENTS)
def test_the_choice_is_that_of_the_model(events: tuple[list[Any], list[Any]]) -> None:
    """Whatever comes, ends, changes its priority, is limited or ruled out, in any order."""
    both = Both()
    for event, is_followed_by_choice in itertools.chain(*events):
        both.tell(event)
        if is_followed_by_choice:
            both.compare()
    both.compare()


def test_the_most_urgent_come_first() -> None:
    """By priority, then in order of arrival, as many as there are slots."""
    schedule = Schedule(3, OLD.get)
    for job_id, priority in ((11, 0), (12, 10), (13, -10), (14, 0)):
        schedule.add(make_job(job_id, delay(priority=priority)))
    assert schedule.choose() == Choice(start=(13, 11, 14))
    assert schedule.choose() == Choice()


def test_a_job_goes_back_into_the_queue() -> None:
    """One that had been started and is added again waits for its turn, and its slot is free."""
    schedule = Schedule(1, OLD.get)
    first, second = (make_job(job_id, delay(reasons=("rate-limit:1:a",))) for job_id in (11, 12))
    for job in (first, second):
        schedule.add(job)
    assert schedule.choose().start == (11,)
    schedule.add(with_priority(first, 10))
    assert schedule.choose().start == (12,)
    schedule.finished(end(second, JobStatus.SUCCESS))
    assert schedule.choose().start == (11,)
    assert schedule.get(12) is None
    assert schedule.get(11) is not None


def count_looks(schedule: Schedule) -> int:
    """How many jobs are looked at in a choice."""
    before = schedule.looks
    schedule.choose()
    return schedule.looks - before


def fill(
    *, depends: Any = None, reasons: tuple[str, ...] = (), rules: Sequence[Rule] = ()
) -> tuple[Schedule, list[Job]]:
    """A schedule of 20 slots that has settled: one job and then 10,000 like each other."""
    schedule = Schedule(20, OLD.get, rules)
    opcode = delay(depends, reasons=reasons)
    jobs = [make_job(11), *(make_job(job_id, opcode) for job_id in range(12, 12 + COUNT))]
    for job in jobs:
        schedule.add(job)
    while schedule.choose():
        pass
    return schedule, jobs


def test_an_event_among_many_jobs_costs_little() -> None:
    """With 10,000 queued: an end, a new job, another priority, one cancelled: a few jobs are looked at."""
    schedule, jobs = fill()
    assert count_looks(schedule) == 0
    schedule.finished(end(jobs[0], JobStatus.SUCCESS))
    assert count_looks(schedule) == 1
    schedule.add(make_job(COUNT + 100, delay(priority=-10)))
    assert count_looks(schedule) == 2
    schedule.replace(with_priority(jobs[5_000], -10))
    assert count_looks(schedule) == 0
    schedule.finished(end(jobs[7_000], JobStatus.CANCELED))
    assert count_looks(schedule) == 0
    schedule.finished(end(jobs[1], JobStatus.SUCCESS))
    assert count_looks(schedule) == 1
    assert schedule.running == {5_011, *range(13, 32)}


def test_jobs_that_cannot_run_cost_nothing() -> None:
    """Paused, rate-limited or waiting for another job: 10,000 of them are not looked at for the sake of others."""
    rules = make_rules("PAUSE", [">", "id", 11])
    for schedule, jobs in (
        fill(rules=rules),
        fill(depends=[[11, []]]),
        fill(reasons=("rate-limit:1:a",)),
        fill(reasons=("rate-limit:1:a", "rate-limit:2:b")),
    ):
        schedule.add(make_job(5))
        assert count_looks(schedule) <= 3
        running = min(schedule.running - {5, 11}, default=None)
        if running is not None:
            schedule.finished(end(jobs[running - 11], JobStatus.SUCCESS))
            assert count_looks(schedule) <= 3
            assert len(schedule.running) == 3


def test_what_an_end_changes_is_looked_at_once() -> None:
    """Those that waited for it, all 10,000; new rules look at all of them once more."""
    schedule, jobs = fill(depends=[[11, []]])
    schedule.finished(end(jobs[0], JobStatus.SUCCESS))
    assert COUNT <= count_looks(schedule) <= 2 * COUNT + 20
    assert count_looks(schedule) == 0
    schedule.set_rules(make_rules("PAUSE", [">", "id", 11]))
    assert COUNT <= count_looks(schedule) + 20 <= 2 * COUNT + 20
    assert count_looks(schedule) == 0


def test_entries_that_are_nobodys_are_swept_out() -> None:
    """A job whose priority changes all the time takes no more and more memory."""
    schedule = Schedule(0, OLD.get)
    job = make_job(11)
    schedule.add(job)
    schedule.choose()
    for number in range(1000):
        job = with_priority(job, number % 2)
        schedule.replace(job)
    assert len(schedule._ready) < 200  # noqa: SLF001 - memory shows nowhere else
