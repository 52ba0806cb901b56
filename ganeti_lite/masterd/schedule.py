"""Which jobs are to be started: the live ones in memory, and the choice among them.

A job is chosen when none of those that it depends on is live, no rule holds it back, there is room in all of its rate
limits, and a slot is free; the most urgent first, then the one that came first.

An event costs what it changes: no job is looked at again for what happens to another one, unless it waits for just
that. Only new rules are tried on all jobs. How:

* A job that waits for others is known to each of these, and looked at when the last one has ended.
* Those that could start stand in one heap. A job for which a rate limit has no room moves into the heap of that limit,
  and as soon as there is room again that limit's first job competes in its place of the heap of all.
* An entry of a heap whose job has left it or has another priority now is passed over when its turn comes.

Not a value but one cell that others ask; it knows neither files nor time. Order and rules are those of Ganeti 3.0.
"""

import enum
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, TypeAlias

from attrs import define, field, frozen

from ganeti_lite.constants import JobStatus
from ganeti_lite.snapshot import Job

from .dependencies import Fails, FindStatus, MustCancel, Waits, judge_job
from .job_filters import ActionKind, Bucket, Rule, treat


class _Place(enum.Enum):
    """Where a job stands."""

    NEW = "not looked at since something has changed for it"
    BLOCKED = "others have to end first"
    PAUSED = "a rule holds it back"
    READY = "in the heap of all"
    HELD = "in the heap of a rate limit"
    RUNNING = "started"
    LEAVING = "to be cancelled or failed, or that has been done"


@define(eq=False)
class _Entry:
    """A job and where it stands.

    :ivar token: of its only valid entry in a heap.
    :ivar awaited: the jobs that know that it waits for them.
    :ivar buckets: the rate limits that it counts in.
    """

    job: Job
    place: _Place = _Place.NEW
    token: int = 0
    awaited: set[int] = field(factory=set)
    known: dict[int, JobStatus] = field(factory=dict)
    buckets: tuple[Bucket, ...] = ()


_SPARE: Final = 100
"""How many entries of a heap may be nobody's, besides as many as there are jobs, before they are swept out."""

_Turn: TypeAlias = tuple[int, int, int, Bucket | None]
"""Priority, job id, token; and the rate limit whose heap the job stands in, if it is not that of all."""


@frozen
class Choice:
    """What is to be done now.

    :ivar start: ids of the jobs that are to be started, which count as running from now on; in order.
    :ivar cancel: of those that must be cancelled: a rule rejects them, or a job that they depend on was cancelled.
    :ivar fail: why the next opcode of those that cannot run fails, by id; see :class:`.dependencies.Fails`.
    """

    start: tuple[int, ...] = ()
    cancel: tuple[int, ...] = ()
    fail: Mapping[int, str] = field(factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anything to be done."""
        return bool(self.start or self.cancel or self.fail)


class Schedule:
    """The jobs that have not ended.

    :param limit: how many may run at once.
    :param find: how jobs stand that are not in here; asked for dependencies alone, and not again once it is final.

    :ivar looks: how often a job was looked at: what all this work is measured by.
    """

    def __init__(self, limit: int, find: FindStatus, rules: Sequence[Rule] = ()) -> None:
        self._limit = limit
        self._find = find
        self._rules = tuple(rules)
        self._entries: dict[int, _Entry] = {}
        self._fresh: list[int] = []
        self._waiters: defaultdict[int, set[int]] = defaultdict(set)
        self._ready: list[_Turn] = []
        self._held: defaultdict[Bucket, list[_Turn]] = defaultdict(list)
        self._used: Counter[Bucket] = Counter()
        self._turns: dict[Bucket, _Turn] = {}
        self._running: set[int] = set()
        self._tokens = itertools.count(1)
        self.looks = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Job]:
        """The jobs, in no order."""
        return (entry.job for entry in self._entries.values())

    def get(self, job_id: int) -> Job | None:
        """A job as it is now; None if it is not in here."""
        entry = self._entries.get(job_id)
        return None if entry is None else entry.job

    @property
    def running(self) -> frozenset[int]:
        """The ids of the jobs that were chosen to be started and have not ended."""
        return frozenset(self._running)

    def add(self, job: Job) -> None:
        """A job is there that is to be started; one that was in here, even running, has lost its place."""
        known = self._entries.get(job.id)
        if known is not None:
            self._leave(known)
        self._entries[job.id] = _Entry(job)
        self._fresh.append(job.id)

    def replace(self, job: Job) -> None:
        """A job has moved on, or has another priority."""
        entry = self._entries[job.id]
        before, entry.job = entry.job, job
        if entry.place in (_Place.READY, _Place.HELD) and before.priority != job.priority:
            self._put_ready(entry)

    def end(self, job: Job) -> None:
        """A job that has not begun is over, but others are not to know it before :meth:`finished` is told."""
        entry = self._entries[job.id]
        self._leave(entry)
        entry.job, entry.place, entry.token, entry.awaited = job, _Place.LEAVING, 0, set()

    def finished(self, job: Job) -> None:
        """A job has ended, whether or not it was in here."""
        entry = self._entries.pop(job.id, None)
        if entry is not None:
            self._leave(entry)
        for waiter_id in self._waiters.pop(job.id, ()):
            waiter = self._entries[waiter_id]
            waiter.known[job.id] = job.status
            waiter.awaited.discard(job.id)
            if not waiter.awaited:
                self._renew(waiter)

    def set_limit(self, limit: int) -> None:
        """So many jobs may run at once from now on; those that do go on."""
        self._limit = limit

    def set_rules(self, rules: Sequence[Rule]) -> None:
        """Other rules hold from now on: every job that could start, or runs, is looked at once."""
        self._rules = tuple(rules)
        for emptied in (self._ready, self._held, self._used, self._turns):
            emptied.clear()
        for entry in self._entries.values():
            if entry.place is _Place.RUNNING:
                self._treat(entry)
                self._used.update(entry.buckets)
            elif entry.place in (_Place.PAUSED, _Place.READY, _Place.HELD):
                self._renew(entry)

    def choose(self) -> Choice:
        """What is to be done after all that has been told. Nothing is said twice."""
        cancel: list[int] = []
        fail: dict[int, str] = {}
        fresh, self._fresh = self._fresh, []
        for job_id in fresh:
            entry = self._entries.get(job_id)
            if entry is not None and entry.place is _Place.NEW:
                self._settle(entry, cancel, fail)
        return Choice(tuple(self._start()), tuple(cancel), fail)

    def _settle(self, entry: _Entry, cancel: list[int], fail: dict[int, str]) -> None:
        """Find a place for a job that is new, or for which something has changed."""
        self.looks += 1
        job_id = entry.job.id
        verdict = judge_job(entry.job, lambda other: self._find_status(entry, other))
        match verdict:
            case Waits(ids):
                entry.place = _Place.BLOCKED
                entry.awaited = set(ids)
                for other in ids:
                    self._waiters[other].add(job_id)
            case MustCancel():
                entry.place = _Place.LEAVING
                cancel.append(job_id)
            case Fails(text):
                entry.place = _Place.LEAVING
                fail[job_id] = text
            case _:
                self._admit(entry, cancel)

    def _admit(self, entry: _Entry, cancel: list[int]) -> None:
        """Let the rules decide about a job that waits for no other."""
        match self._treat(entry):
            case ActionKind.REJECT:
                entry.place = _Place.LEAVING
                cancel.append(entry.job.id)
            case ActionKind.PAUSE:
                entry.place = _Place.PAUSED
            case _:
                self._put_ready(entry)

    def _find_status(self, entry: _Entry, job_id: int) -> JobStatus | None:
        if job_id in self._entries:
            status = self._entries[job_id].job.status
            return JobStatus.RUNNING if status.is_final else status  # it is here until it is told to have ended
        if job_id not in entry.known:
            status_elsewhere = self._find(job_id)
            if status_elsewhere is None or not status_elsewhere.is_final:
                return status_elsewhere
            entry.known[job_id] = status_elsewhere
        return entry.known[job_id]

    def _treat(self, entry: _Entry) -> ActionKind:
        """Have the rules say what becomes of a job, and which rate limits it counts in."""
        self.looks += 1
        treatment = treat(entry.job, self._rules)
        entry.buckets = treatment.buckets
        return treatment.action.kind

    def _start(self) -> Iterator[int]:
        """Start as many jobs as there is room for."""
        while self._ready and len(self._running) < self._limit:
            entry = self._pop_next()
            if entry is None:
                continue
            self.looks += 1
            full = next((bucket for bucket in entry.buckets if not self._has_room(bucket)), None)
            if full is None:
                entry.place = _Place.RUNNING
                self._running.add(entry.job.id)
                self._used.update(entry.buckets)
                yield entry.job.id
            else:
                entry.place = _Place.HELD
                self._push(self._held[full], entry)

    def _pop_next(self) -> _Entry | None:
        """The job whose turn it is; None if the first turn is nobody's any more, or that of a limit without room."""
        turn = heappop(self._ready)
        bucket = turn[3]
        if bucket is None:
            return self._entries[turn[1]] if self._is_valid(turn) else None
        if self._turns.get(bucket) != turn:
            return None
        del self._turns[bucket]
        first = self._peek(bucket) if self._has_room(bucket) else None
        if first is None:
            return None  # the limit has another turn as soon as there is room
        is_same = first[:3] == turn[:3]
        if is_same:
            heappop(self._held[bucket])
        self._give_turn(bucket)
        return self._entries[first[1]] if is_same else None

    def _is_valid(self, turn: _Turn) -> bool:
        """Whether an entry of a heap still stands for its job."""
        entry = self._entries.get(turn[1])
        return entry is not None and entry.token == turn[2]

    def _peek(self, bucket: Bucket) -> _Turn | None:
        """The first job that stands in the heap of a rate limit; entries that are nobody's are dropped."""
        held = self._held.get(bucket, [])
        while held and not self._is_valid(held[0]):
            heappop(held)
        if not held:
            self._held.pop(bucket, None)
            return None
        return held[0]

    def _give_turn(self, bucket: Bucket) -> None:
        """Let the first job that a rate limit holds compete with all others, unless it has as good a turn already."""
        first = self._peek(bucket)
        known = self._turns.get(bucket)
        if first is not None and (known is None or first[:3] < known[:3]):
            turn = self._turns[bucket] = (*first[:3], bucket)
            heappush(self._ready, turn)

    def _has_room(self, bucket: Bucket) -> bool:
        return self._used[bucket] < bucket.limit

    def _put_ready(self, entry: _Entry) -> None:
        entry.place = _Place.READY
        self._push(self._ready, entry)

    def _push(self, heap: list[_Turn], entry: _Entry) -> None:
        """Put a job into a heap, where its other entries do not count any more."""
        entry.token = next(self._tokens)
        heappush(heap, (entry.job.priority, entry.job.id, entry.token, None))
        if len(heap) > 2 * len(self._entries) + _SPARE:
            heap[:] = [turn for turn in heap if turn[3] is not None or self._is_valid(turn)]
            heapify(heap)

    def _renew(self, entry: _Entry) -> None:
        """Have a job looked at again."""
        entry.place = _Place.NEW
        entry.token = 0
        self._fresh.append(entry.job.id)

    def _leave(self, entry: _Entry) -> None:
        """Forget where a job stood that is not in here any more."""
        for other in entry.awaited:
            self._waiters[other].discard(entry.job.id)
            if not self._waiters[other]:
                del self._waiters[other]
        if entry.place is not _Place.RUNNING:
            return
        self._running.discard(entry.job.id)
        for bucket in entry.buckets:
            self._used[bucket] -= 1
            if not self._used[bucket]:
                del self._used[bucket]
            if bucket in self._held:
                self._give_turn(bucket)
