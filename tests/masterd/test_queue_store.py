"""The queue on disk: Ganeti's names and modes, one writer, no id twice, failures that leave no trace."""

import multiprocessing
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ganeti_lite.jobs import encode_job, parse_job
from ganeti_lite.jobs.transitions import canceled, submitted
from ganeti_lite.masterd.atomic_write import FileWriteError, Owner
from ganeti_lite.masterd.queue_lock import QueueUnavailableError
from ganeti_lite.masterd.queue_store import QueueStore
from ganeti_lite.snapshot import Job, UnreadableJob
from tests.masterd.queue_stream import DELAY, NOW, fill

IS_ROOT: Final = os.geteuid() == 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QueueStore]:
    """An empty queue."""
    opened = QueueStore(str(tmp_path))
    yield opened
    opened.close()


def list_tree(path: Path) -> dict[str, str]:
    """Mode of each file and folder, by its path."""
    return {str(item.relative_to(path)): f"{item.stat().st_mode & 0o7777:o}" for item in path.rglob("*")}


def test_a_queue_has_ganetis_files(store: QueueStore, tmp_path: Path) -> None:
    """Names, modes whatever the umask is, contents, folders of the archive by ten thousands."""
    before = os.umask(0o077)
    try:
        first = store.allocate(10_001)
        assert not store.write(submitted(job_id, [DELAY], NOW) for job_id in (first, 9_999, 10_000))
        moved = store.archive([9_999, 10_000, 77])
    finally:
        os.umask(before)
    assert moved == [("job-9999", "archive/0/job-9999"), ("job-10000", "archive/1/job-10000")]
    files = ("lock", "version", "serial", "job-1", "archive/0/job-9999", "archive/1/job-10000")
    folders = ("archive", "archive/0", "archive/1")
    assert list_tree(tmp_path) == dict.fromkeys(files, "640") | dict.fromkeys(folders, "750")
    assert [(tmp_path / name).read_text() for name in ("lock", "version", "serial")] == ["", "1\n", "10001\n"]


def test_what_is_written_is_loaded(store: QueueStore, tmp_path: Path) -> None:
    """Live jobs come in order of their ids, damaged ones among them; archived ones and drafts do not come."""
    jobs = {job_id: submitted(job_id, [DELAY], NOW) for job_id in (10, 9, 8, 7)}
    assert not store.write(jobs.values())
    store.archive([8])
    (tmp_path / "job-7").write_bytes(b"{")
    (tmp_path / "job-11.new").write_bytes(b"{")
    damaged, *others = store.load_live()
    assert isinstance(damaged, UnreadableJob)
    assert damaged.id == 7
    assert [encode_job(job) for job in others if isinstance(job, Job)] == [encode_job(jobs[9]), encode_job(jobs[10])]
    archived = parse_job(8, (tmp_path / "archive/0/job-8").read_bytes(), is_archived=True)
    assert encode_job(archived) == encode_job(jobs[8])


def test_ids_go_on_after_a_restart(tmp_path: Path) -> None:
    """An id that was given is not given again, whether or not a job came of it."""
    for first in (1, 4, 7):
        store = QueueStore(str(tmp_path))
        assert store.allocate(3) == first
        store.close()


@pytest.mark.parametrize("name", ["job-12", "archive/0/job-12"])
def test_a_lost_serial_costs_no_job(tmp_path: Path, name: str) -> None:
    """Where the file of the serial is gone, or older than the jobs, ids go on above the highest that is there."""
    (tmp_path / "archive/0").mkdir(parents=True)
    (tmp_path / "archive/1").mkdir(parents=True)
    (tmp_path / name).write_bytes(b"")
    store = QueueStore(str(tmp_path))
    assert store.allocate(1) == 13
    store.close()


def test_a_queue_has_one_writer(store: QueueStore, tmp_path: Path) -> None:
    """Who comes second is told who has the queue, and gets it once that one has closed it."""
    with pytest.raises(QueueUnavailableError, match=rf"lock is held by .* \(process {os.getpid()}\)"):
        QueueStore(str(tmp_path))
    store.close()
    QueueStore(str(tmp_path)).close()


def test_a_lock_that_its_holder_removes_is_of_no_use(store: QueueStore, tmp_path: Path) -> None:
    """Ganeti's daemon removes the file when it ends: the next one has to lock the new file, not the old one."""
    (tmp_path / "lock").unlink()
    second = QueueStore(str(tmp_path))
    with pytest.raises(QueueUnavailableError):
        QueueStore(str(tmp_path))
    second.close()
    store.close()


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("version", "2\n", "Found job queue version 2, expected 1"),
        ("serial", "many\n", "Content of file '.*serial' is not numeric"),
        ("serial", "", "is not numeric"),
    ],
)
def test_a_strange_queue_is_not_opened(tmp_path: Path, name: str, content: str, text: str) -> None:
    """Another version or a broken serial ends the daemon before it does harm, and the lock is free again."""
    (tmp_path / name).write_text(content)
    for _ in range(2):
        with pytest.raises(QueueUnavailableError, match=text):
            QueueStore(str(tmp_path))


def test_a_queue_that_is_not_there_is_not_opened(tmp_path: Path) -> None:
    """The error names the directory."""
    with pytest.raises(QueueUnavailableError, match="nowhere"):
        QueueStore(str(tmp_path / "nowhere"))


def test_drafts_of_a_crash_are_removed(tmp_path: Path) -> None:
    """What this daemon left is gone after its next start; what others left is none of its business."""
    for name in ("job-5.new", "serial.new", "job-5XXXX.tmp"):
        (tmp_path / name).write_bytes(b"{")
    QueueStore(str(tmp_path)).close()
    assert sorted(os.listdir(tmp_path)) == ["job-5XXXX.tmp", "lock", "serial", "version"]


def test_the_drain_flag_is_a_file(store: QueueStore, tmp_path: Path) -> None:
    """It is set and removed any number of times, and noticed when somebody else has made it."""
    for is_drained in (False, True, True, False, False):
        store.set_drain(is_drained)
        assert (tmp_path / "drain").exists() is store.is_drained is is_drained
    (tmp_path / "drain").touch()
    assert store.is_drained


@pytest.mark.skipif(not IS_ROOT, reason="only root can give files away")
def test_files_belong_to_whom_they_should(tmp_path: Path) -> None:
    """All files and folders that are made have the owner that was given."""
    store = QueueStore(str(tmp_path), Owner(1234, 2345))
    store.write([submitted(store.allocate(1), [DELAY], NOW)])
    store.archive([1])
    store.set_drain(True)
    store.close()
    assert {(item.stat().st_uid, item.stat().st_gid) for item in tmp_path.rglob("*")} == {(1234, 2345)}


def test_a_file_that_cannot_be_written_leaves_the_old_one(store: QueueStore, tmp_path: Path) -> None:
    """The error names the file and is one that clients know; the job is as it was, and there is no draft."""
    job, other = submitted(1, [DELAY], NOW), submitted(2, [DELAY], NOW)
    store.write([job])
    (tmp_path / "job-1.new").mkdir()
    failures = store.write([canceled(job, NOW), other])
    assert {job_id: error.to_wire() for job_id, error in failures.items()} == {
        1: ["GenericError", [f"Cannot write {tmp_path}/job-1: Is a directory"]]
    }
    assert (tmp_path / "job-1").read_bytes() == encode_job(job)
    assert (tmp_path / "job-2").read_bytes() == encode_job(other)


def test_no_room_for_a_job(tmp_path: Path) -> None:
    """A job that does not fit is refused with the reason; there is no trace of it but its id, which is burnt."""
    context = multiprocessing.get_context("forkserver")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=fill, args=(str(tmp_path), 100, sender))
    process.start()
    sender.close()
    first, error, names = receiver.recv()
    process.join()
    assert (first, names) == (1, ["lock", "serial", "version"])
    assert error == ["GenericError", [f"Cannot write {tmp_path}/job-1: File too large"]]
    store = QueueStore(str(tmp_path))
    assert store.allocate(1) == 2
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if not IS_ROOT or subprocess.run(["mount", *options], check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    """Every job that was taken is there and whole, the one that did not fit is not; once there is room ids go on."""
    store = QueueStore(str(small_disk))
    taken: list[int] = []

    def submit_many() -> None:
        while len(taken) < 100:
            job_id = store.allocate(1)
            for error in store.write([submitted(job_id, [DELAY], NOW)]).values():
                raise error
            taken.append(job_id)

    with pytest.raises(FileWriteError, match="No space left on device"):
        submit_many()
    given = store.serial
    assert [record.id for record in store.load_live() if isinstance(record, Job)] == taken
    assert not [name for name in os.listdir(small_disk) if name.endswith(".new")]
    (small_disk / "job-1").unlink()
    store.close()
    store = QueueStore(str(small_disk))
    assert store.allocate(1) > given >= taken[-1]
    store.close()
