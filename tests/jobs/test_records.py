"""Single jobs, by id."""

from pathlib import Path

import pytest

from ganeti_lite.jobs import RecordCache
from ganeti_lite.jobs._records import CACHE_LIMIT
from ganeti_lite.snapshot import Job, UnreadableJob
from tests.doubles.descriptors import no_more_descriptors

from .queues import Queue


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """An empty queue directory."""
    return Queue(tmp_path / "queue")


@pytest.fixture
def cache(queue: Queue) -> RecordCache:
    """A cache of its jobs."""
    return RecordCache(str(queue.path))


def test_a_job_is_read_once(queue: Queue, cache: RecordCache) -> None:
    """A job is the same object until its file changes."""
    queue.write(1, "queued")
    first = cache.find(1)
    assert cache.find(1) is first
    queue.write(1, "running")
    second = cache.find(1)
    assert isinstance(second, Job)
    assert second.status == "running"
    assert cache.find_live(1) is second


def test_archived_jobs_are_found_and_are_not_live(queue: Queue, cache: RecordCache) -> None:
    """A job that is archived between two looks is found in the archive; who wants a live one finds none."""
    queue.write(12_345, "success")
    assert isinstance(cache.find_live(12_345), Job)
    queue.archive(12_345)
    found, missing = cache.find(12_345), cache.find_live(12_345)
    assert isinstance(found, Job)
    assert found.is_archived
    assert isinstance(missing, UnreadableJob)
    assert missing.is_missing
    queue.write(12_345, "running")
    assert cache.find_live(12_345) is found


@pytest.mark.parametrize("job_id", [0, 5, 10**30])
def test_jobs_that_do_not_exist_are_rows(cache: RecordCache, job_id: int) -> None:
    """Any number has a row."""
    for record in (cache.find(job_id), cache.find_live(job_id)):
        assert isinstance(record, UnreadableJob)
        assert record.id == job_id
        assert record.is_missing


def test_no_number_is_too_long(cache: RecordCache) -> None:
    """A number that is longer than a file's name may be has a row, too."""
    for record in (cache.find(10**300), cache.find_live(10**300)):
        assert isinstance(record, UnreadableJob)


def test_a_queue_that_does_not_exist_has_no_jobs(tmp_path: Path) -> None:
    """Without a directory each job is missing, whatever is in its place."""
    for path in (tmp_path / "gone", tmp_path / "file"):
        (tmp_path / "file").write_bytes(b"")
        record = RecordCache(str(path)).find(1)
        assert isinstance(record, UnreadableJob)
        assert record.is_missing


def test_damaged_jobs_are_read_once_too(queue: Queue, cache: RecordCache) -> None:
    """A damaged file is not looked into again until it is another one."""
    queue.put("job-1", b"damaged")
    first = cache.find(1)
    assert isinstance(first, UnreadableJob)
    assert not first.is_missing
    assert cache.find(1) is first
    queue.write(1, "queued")
    assert isinstance(cache.find(1), Job)


def test_what_could_not_be_read_is_not_kept(queue: Queue, cache: RecordCache) -> None:
    """A file that cannot be opened for want of descriptors is read as soon as there are some."""
    queue.write(1, "queued")
    with no_more_descriptors():
        record = cache.find(1)
    assert isinstance(record, UnreadableJob)
    assert record.reason == "Too many open files"
    assert isinstance(cache.find(1), Job)


def test_jobs_that_exceed_the_memory_are_read_again(queue: Queue, cache: RecordCache) -> None:
    """A file that is larger than all that may be kept is answered nevertheless."""
    queue.put("job-1", queue.content("queued") + b" " * CACHE_LIMIT)
    first = cache.find(1)
    assert isinstance(first, Job)
    assert cache.find(1) is not first
