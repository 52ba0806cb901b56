"""Queue directories: what is in them, and that it is read again where it has changed and nowhere else."""

import os
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ganeti_lite.jobs import JobFolder, QueueUnreadableError
from ganeti_lite.jobs._names import job_id_of, job_name
from ganeti_lite.snapshot import Job, JobRecord
from tests.doubles.descriptors import no_more_descriptors

from .queues import Queue


def describe(record: JobRecord) -> tuple[object, ...]:
    """A job by what its tests write: id, whether it is archived, statuses; or why it cannot be read."""
    if isinstance(record, Job):
        return record.id, record.is_archived, tuple(str(opcode.status) for opcode in record.opcodes)
    return record.id, record.is_missing, record.reason


def contents(folder: JobFolder) -> Counter[tuple[object, ...]]:
    """The jobs of a folder, in no order."""
    return Counter(map(describe, folder.records))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """An empty queue directory."""
    return Queue(tmp_path / "queue")


def read(queue: Queue, *, has_archive: bool = False) -> JobFolder:
    """The directory, read from scratch."""
    return JobFolder(str(queue.path), has_archive).read_all()


def test_other_files_are_no_jobs(queue: Queue) -> None:
    """What lies beside the jobs is passed over, and so is the archive unless it is asked for."""
    for name in ("serial", "lock", "job-5.new", "archive/0/job-9"):
        queue.put(name, b"1")
    queue.write(3, "queued")
    assert contents(read(queue)) == Counter([(3, False, ("queued",))])


def test_leading_zeros_stand_for_the_job_without(queue: Queue) -> None:
    """``job-07`` is a row of job 7 with the content of ``job-7``, and follows it when that changes."""
    queue.write(7, "queued")
    queue.put("job-07", b"garbage")
    folder = read(queue)
    assert contents(folder) == Counter({(7, False, ("queued",)): 2})
    queue.write(7, "running")
    for again in (folder.read_all(), folder.read_changed(["job-7"])):
        assert contents(again) == Counter({(7, False, ("running",)): 2})
    queue.remove("job-7")
    for again in (folder.read_all(), folder.read_changed(["job-7"])):
        assert contents(again) == Counter([(7, True, "no such file")])
    queue.remove("job-07")
    for again in (folder.read_all(), folder.read_changed(["job-7", "job-07"])):
        assert (again.records, again.aliases) == ([], frozenset())


def test_a_job_in_both_places_is_the_archived_one(queue: Queue) -> None:
    """Of two files the archive's counts; with the archive the job is listed for each of them."""
    queue.write(5, "success")
    queue.archive(5)
    queue.write(5, "running")
    archived = (5, True, ("success",))
    assert contents(read(queue)) == Counter([archived])
    assert contents(read(queue, has_archive=True)) == Counter({archived: 2})


def test_the_archive_has_folders_of_any_name(queue: Queue) -> None:
    """Every folder of the archive is listed; a job in the wrong one is not found there, as everywhere else."""
    queue.write(12_345, "success")
    queue.archive(12_345)
    queue.put("archive/old/job-6", queue.content("success"))
    queue.put("archive/job-8", queue.content("success"))
    expected = [(12_345, True, ("success",)), (6, True, "no such file")]
    assert contents(read(queue, has_archive=True)) == Counter(expected)


def test_without_an_archive_there_are_no_archived_jobs(queue: Queue) -> None:
    """No archive, or a file in its place, is as an empty one."""
    queue.write(1, "queued")
    assert len(read(queue, has_archive=True).records) == 1
    queue.put("archive", b"in the way")
    assert contents(read(queue, has_archive=True)) == contents(read(queue))


def test_damaged_jobs_are_rows(queue: Queue) -> None:
    """A file that is no job, or no file, costs its own row."""
    queue.put("job-1", b"{}")
    (queue.path / "job-2").mkdir()
    queue.write(3, "queued")
    (queue.path / "job-4").symlink_to("nowhere")
    by_id = {record.id: record for record in read(queue).records}
    assert sorted(by_id) == [1, 2, 3]
    assert [isinstance(by_id[job_id], Job) for job_id in (1, 2, 3)] == [False, False, True]
    assert describe(by_id[2])[1:] == (False, "Is a directory")


@pytest.mark.parametrize("has_archive", [False, True])
def test_a_directory_that_cannot_be_listed(tmp_path: Path, has_archive: bool) -> None:
    """No directory, or something else in its place, is an error that tells which and why."""
    folder = JobFolder(str(tmp_path / "queue"), has_archive)
    with pytest.raises(QueueUnreadableError, match=f"^{tmp_path}/queue: No such file or directory$"):
        folder.read_all()
    (tmp_path / "queue").write_bytes(b"")
    with pytest.raises(QueueUnreadableError, match=f"^{tmp_path}/queue: Not a directory$"):
        folder.read_all()


def test_what_could_not_be_read_is_read_the_next_time(queue: Queue) -> None:
    """A job whose file could not be opened for want of descriptors is there again, though its file has not changed."""
    folder = read(queue)
    queue.write(1, "queued")
    with no_more_descriptors():
        folder = folder.read_changed(["job-1"])
    assert contents(folder) == Counter([(1, False, "Too many open files")])
    folder = folder.read_changed([])
    assert contents(folder) == Counter([(1, False, ("queued",))])
    assert folder.read_changed([]) is folder


def test_without_changes_it_is_the_same_folder(queue: Queue) -> None:
    """A folder in which nothing has changed is itself; names that are no jobs are no change."""
    queue.write(1, "queued")
    queue.put("job-01", b"")
    folder = read(queue)
    assert folder.read_all() is folder
    assert folder.read_changed([]) is folder
    assert folder.read_changed(["serial", "job-1XXXXXX.new"]) is folder


def test_what_is_said_to_have_changed_is_read_however_it_looks(queue: Queue) -> None:
    """Contents of one size, written into the same file within a tick of the clock, are told apart."""
    contents_ = [queue.content("waiting"), queue.content("running").replace(b"xx", b"x")]
    assert len(set(map(len, contents_))) == 1
    path = queue.path / "job-1"
    path.write_bytes(contents_[0])
    folder = read(queue)
    for count in range(1, 200):
        path.write_bytes(contents_[count % 2])
        folder = folder.read_changed(["job-1"])
        assert contents(folder) == Counter([(1, False, (("waiting", "running")[count % 2],))])


IDS = st.sampled_from([1, 2, 7, 12_345])
NAMES = st.sampled_from(["job-1", "job-2", "job-7", "job-12345", "job-07", "job-0012345"])
STATUSES = st.lists(st.sampled_from(["queued", "running", "success", "error"]), max_size=2)


class FollowedQueue(RuleBasedStateMachine):
    """A queue that jobs come to, change in, are archived from and vanish from, and folders that follow it.

    ``looking`` has every file compared; ``told`` is told the names of those that have changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory()
        self.queue = Queue(Path(self.temporary.name) / "queue")
        self.looking = read(self.queue)
        self.whole = read(self.queue, has_archive=True)
        self.told = self.looking
        self.changed: set[str] = set()

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.temporary.cleanup()

    def exists(self, name: str) -> bool:
        """Whether there is such a file now."""
        return (self.queue.path / name).exists()

    @rule(job_id=IDS, statuses=STATUSES)
    def write(self, job_id: int, statuses: list[str]) -> None:
        """A job comes, or its file is replaced."""
        self.changed.add(self.queue.write(job_id, *statuses))

    @rule(name=NAMES, statuses=STATUSES)
    def write_by_name(self, name: str, statuses: list[str]) -> None:
        """The same for a file whose name may have leading zeros."""
        self.changed.add(self.queue.put(name, self.queue.content(*statuses)))

    @rule(name=NAMES, length=st.integers(0, 40))
    def damage(self, name: str, length: int) -> None:
        """A file is cut off where it is."""
        if self.exists(name) and (self.queue.path / name).stat().st_size > length:
            os.truncate(self.queue.path / name, length)
            self.changed.add(name)

    @rule(job_id=IDS)
    def archive(self, job_id: int) -> None:
        """A job is archived."""
        if self.exists(job_name(job_id)):
            self.changed.add(self.queue.archive(job_id))

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        """A file vanishes."""
        if self.exists(name):
            self.changed.add(self.queue.remove(name))

    @rule(name=NAMES)
    def create_and_remove(self, name: str) -> None:
        """A file comes and vanishes before anybody looks."""
        if not self.exists(name):
            self.changed.add(self.queue.remove(self.queue.put(name, b"")))

    @rule()
    def look(self) -> None:
        """Somebody asks, and gets what is there now; what has not changed is not read again."""
        before = {name: file.record for name, file in self.told.files.items()}
        self.told = self.told.read_changed(frozenset(self.changed))
        stands = {job_id_of(name) for name in self.changed}
        for name, record in before.items():
            if name not in self.changed and record.id not in stands:
                assert self.told.files[name].record is record
        looked = self.looking.read_all()
        for name, file in self.looking.files.items():
            if name not in self.changed and file.record.id not in stands:
                assert looked.files[name].record is file.record
        self.looking = looked
        self.whole = self.whole.read_all()
        self.changed = set()

    @invariant()
    def followers_agree_with_a_new_folder(self) -> None:
        """Whoever follows, however, has what one has who starts anew."""
        anew, all_anew = read(self.queue), read(self.queue, has_archive=True)
        assert contents(self.told.read_changed(frozenset(self.changed))) == contents(anew)
        assert contents(self.looking.read_all()) == contents(anew)
        assert contents(self.whole.read_all()) == contents(all_anew)
        assert self.told.read_changed(frozenset(self.changed)).files.keys() == anew.files.keys()


FollowedQueueTest = FollowedQueue.TestCase
FollowedQueueTest.settings = settings(deadline=None, stateful_step_count=25)
