"""The queue on disk, as its one writer: what it has written is there after any crash.

* A job's id is on the disk before anybody hears of it, and never given twice.
* A file is replaced whole; readers take no notice of drafts.
* What fails leaves the queue as it was, and no draft.

All of it blocks; whoever uses it does so from one thread at a time, but for looking up single jobs. Names, modes and
contents are those of the queue of Ganeti 3.0, whose daemons can take it over.
"""

import os
import re
from collections.abc import Iterable
from typing import Final

from ganeti_lite.files import read_file
from ganeti_lite.jobs import (
    ARCHIVE,
    JobFolder,
    QueueUnreadableError,
    RecordCache,
    archive_folder,
    encode_job,
    find_highest_archived,
    job_id_of,
    job_name,
)
from ganeti_lite.snapshot import Job, JobRecord

from .atomic_write import FileWriteError, Owner, replace_file, sync_folder
from .queue_lock import QueueUnavailableError, lock_queue

SERIAL: Final = "serial"
_VERSION_FILE: Final = "version"
_DRAIN: Final = "drain"
_VERSION: Final = b"1\n"
_FOLDER_MODE: Final = 0o750
_FILE_MODE: Final = 0o640
_DRAFT: Final = re.compile(r"(job-\d+|serial|version|drain)\.new", re.ASCII)
"""What a crash may have left of this writer."""


class QueueStore:
    """The queue directory at *path*, locked until :meth:`close`.

    :param owner: whom new files belong to.
    :raises QueueUnavailableError: somebody else writes there, or it is no queue that could be gone on with.
    """

    def __init__(self, path: str, owner: Owner = Owner()) -> None:  # noqa: B008 - a value that cannot change
        self.path: Final = path
        self._owner = owner
        self._records = RecordCache(path)
        self._lock = lock_queue(path, owner)
        try:
            self._remove_drafts()
            self._check_version()
            self._serial = max(self._read_serial(), self._find_highest())
        except (OSError, FileWriteError) as error:
            self.close()
            raise QueueUnavailableError(f"{path}: {error}") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let others have the queue. Nothing else can be done afterwards."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def serial(self) -> int:
        """The last id that was given; 0 if none was."""
        return self._serial

    def allocate(self, count: int) -> int:
        """Ids for *count* jobs, which are never given again, whatever becomes of them.

        :returns: the first; the others follow it.
        :raises FileWriteError: there are none.
        """
        last = self._serial + count
        self._replace(SERIAL, b"%d\n" % last)
        first, self._serial = self._serial + 1, last
        return first

    def write(self, jobs: Iterable[Job]) -> dict[int, FileWriteError]:
        """Put jobs into their files, which are on the disk then.

        :returns: by id, why those could not be written that could not.
        """
        failures: dict[int, FileWriteError] = {}
        written = []
        for job in jobs:
            try:
                replace_file(f"{self.path}/{job_name(job.id)}", encode_job(job), self._owner, mode=_FILE_MODE)
            except FileWriteError as error:
                failures[job.id] = error
            else:
                written.append(job.id)
        try:
            if written:
                sync_folder(self.path)
        except FileWriteError as error:
            failures |= dict.fromkeys(written, error)
        return failures

    def archive(self, ids: Iterable[int]) -> list[tuple[str, str]]:
        """Move the files of these jobs into the archive; those that are not there are left out.

        :returns: old and new path, relative to the queue directory, of each that was moved.
        :raises FileWriteError: one cannot be moved; those before it may have been.
        """
        moved = []
        folders = {ARCHIVE: False}
        for job_id in ids:
            name, folder = job_name(job_id), archive_folder(job_id)
            if folder not in folders:
                folders[ARCHIVE] |= self._make_folder(ARCHIVE)
                folders[ARCHIVE] |= self._make_folder(folder)
                folders[folder] = True
            if self._move(name, f"{folder}/{name}"):
                moved.append((name, f"{folder}/{name}"))
        for folder, is_changed in folders.items():
            if is_changed:
                sync_folder(f"{self.path}/{folder}")
        if len(folders) > 1:
            sync_folder(self.path)
        return moved

    @property
    def is_drained(self) -> bool:
        """Whether no jobs are taken; looked up each time, as in Ganeti 3.0."""
        return os.path.exists(f"{self.path}/{_DRAIN}")

    def set_drain(self, is_drained: bool) -> None:
        """Take no further jobs, or take them again.

        :raises FileWriteError: it cannot be noted.
        """
        path = f"{self.path}/{_DRAIN}"
        if is_drained:
            replace_file(path, b"", self._owner, mode=_FILE_MODE)
        else:
            try:
                os.unlink(path)
            except FileNotFoundError:
                return
            except OSError as error:
                raise FileWriteError.of(path, error) from error
        sync_folder(self.path)

    def load_live(self) -> list[JobRecord]:
        """The jobs that are not in the archive, in order of their ids; each file that cannot be read among them.

        :raises QueueUnavailableError: the directory cannot be listed.
        """
        try:
            records = JobFolder(self.path).read_all().records
        except QueueUnreadableError as error:
            raise QueueUnavailableError(str(error)) from error
        live = {record.id: record for record in records if not (isinstance(record, Job) and record.is_archived)}
        return [live[job_id] for job_id in sorted(live)]

    def find(self, job_id: int) -> JobRecord:
        """What the files say of a job, live or archived; any thread may ask."""
        return self._records.find(job_id)

    def _replace(self, name: str, data: bytes) -> None:
        replace_file(f"{self.path}/{name}", data, self._owner, mode=_FILE_MODE)
        sync_folder(self.path)

    def _move(self, name: str, target: str) -> bool:
        """Whether there was a file *name* that could be moved."""
        try:
            os.rename(f"{self.path}/{name}", f"{self.path}/{target}")
        except FileNotFoundError:
            return False
        except OSError as error:
            raise FileWriteError.of(f"{self.path}/{target}", error) from error
        return True

    def _make_folder(self, name: str) -> bool:
        """Whether the folder had to be made."""
        path = f"{self.path}/{name}"
        try:
            os.mkdir(path, _FOLDER_MODE)
            os.chmod(path, _FOLDER_MODE)
            if self._owner != Owner():
                os.chown(path, self._owner.uid, self._owner.gid)
        except FileExistsError:
            return False
        except OSError as error:
            raise FileWriteError.of(path, error) from error
        return True

    def _remove_drafts(self) -> None:
        for name in os.listdir(self.path):
            if _DRAFT.fullmatch(name):
                os.unlink(f"{self.path}/{name}")

    def _check_version(self) -> None:
        """Note the version of a new queue; raise :class:`QueueUnavailableError` if this one's is another."""
        try:
            found, _ = read_file(f"{self.path}/{_VERSION_FILE}")
        except FileNotFoundError:
            self._replace(_VERSION_FILE, _VERSION)
            return
        if found.strip() != _VERSION.strip():
            shown = found.decode(errors="replace").strip()
            raise QueueUnavailableError(f"{self.path}: Found job queue version {shown}, expected 1")

    def _read_serial(self) -> int:
        """The last id that was given, from the file, which a new queue is given."""
        path = f"{self.path}/{SERIAL}"
        try:
            content, _ = read_file(path)
        except FileNotFoundError:
            self._replace(SERIAL, b"0\n")
            return 0
        if not content.strip().isdigit():
            raise QueueUnavailableError(f"Content of file '{path}' is not numeric: {content[:20]!r}")
        return int(content)

    def _find_highest(self) -> int:
        """The highest id of a job that is there, so that none is overwritten where the serial was lost."""
        live = (job_id for name in os.listdir(self.path) if (job_id := job_id_of(name)) is not None)
        return max(find_highest_archived(self.path), *live, 0)
