"""The jobs that are over: which of them are archived, and how long that may take."""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.jobs import transitions
from ganeti_lite.masterd.ended_jobs import ARCHIVE_BATCH

from .queues import NOW, QueueOwner, delay
from .results import outcome


@pytest.fixture
def owner(tmp_path: Path) -> QueueOwner:
    """A queue that is empty."""
    return QueueOwner(tmp_path).open()


def archive_old(owner: QueueOwner, age: int, timeout: int = 29) -> tuple[int, int]:
    """How many were archived, and how many not looked at."""
    archived, left = outcome(owner.ended.archive_old(age, timeout))
    return archived, left


def test_only_what_is_over_is_archived(owner: QueueOwner) -> None:
    """And once; the candidates are told what has moved."""
    owner.submit([delay()], [delay()])
    owner.runs[1].end()
    assert outcome(owner.ended.archive([1, 2, 99])) == [1]
    assert (owner.path / "archive/0/job-1").exists()
    assert owner.copies.archived == ["job-1"]
    assert outcome(owner.ended.archive([1])) == []


def test_old_jobs_are_archived_all_together(owner: QueueOwner) -> None:
    """Those that ended longer ago than the age; what is younger was looked at, too."""
    owner.run(3, at=NOW - 100)
    owner.run(2, at=NOW - 10)
    assert archive_old(owner, 50) == (3, 0)
    assert archive_old(owner, 50) == (0, 0)
    assert archive_old(owner, -1) == (2, 0)


def test_archiving_ends_when_its_time_is_up(owner: QueueOwner) -> None:
    """A batch is moved as a whole; those that were not looked at are counted."""
    owner.run(2 * ARCHIVE_BATCH + 1)
    assert archive_old(owner, -1, timeout=0) == (0, 2 * ARCHIVE_BATCH + 1)
    archive = owner.store.archive

    def archive_slowly(ids: Any) -> list[tuple[str, str]]:
        owner.clock.advance(20)
        return archive(ids)

    owner.store.archive = archive_slowly  # type: ignore[method-assign]  # time passes only in here
    assert archive_old(owner, -1) == (2 * ARCHIVE_BATCH, 1)


def test_a_job_that_says_nothing_of_its_end_stays(owner: QueueOwner) -> None:
    """Ganeti's daemon leaves jobs without opcodes for ever; who asks for any age has them archived."""
    owner.store.write([evolve(transitions.submitted(1, [], (1, 0)), opcodes=())])
    assert archive_old(owner, 0) == (0, 0)
    assert archive_old(owner, -1) == (1, 0)
