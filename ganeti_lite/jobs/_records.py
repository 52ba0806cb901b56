"""Reading single jobs, and the archive's listing.

A job is looked for in the archive first, as Ganeti's query daemon does it: a file that is in both places counts as
archived.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from ganeti_lite.files import FileSignature, read_file, read_signature
from ganeti_lite.snapshot import JobRecord, UnreadableJob
from ganeti_lite.stores import BoundedStore

from ._format import JobFormatError, parse_job
from ._names import ARCHIVE, job_id_of, job_name, job_places

CACHE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of job files whose jobs are kept for who asks for them again."""


class RecordCache:
    """Single jobs of the queue directory *queue*, each of which is read again only when its file has changed."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._kept = BoundedStore[str, tuple[FileSignature, JobRecord]](CACHE_LIMIT, lambda kept: kept[0].size)

    def find(self, job_id: int) -> JobRecord:
        """What the files say of a job now."""
        for place in job_places(job_id):
            path = f"{self._queue}/{place}"
            signature = read_signature(path)
            if signature is None:
                continue
            kept = self._kept.get(path)
            if kept is not None and kept[0] == signature:
                return kept[1]
            try:
                record = _load_record(self._queue, job_id)
            except OSError as error:  # not kept: the next time it may be readable, though it looks the same
                return UnreadableJob(job_id, _explain(error))
            self._kept.put(path, (signature, record))
            return record
        return load_record(self._queue, job_id)

    def find_live(self, job_id: int) -> JobRecord:
        """The same; a job whose file is only in the archive counts as missing."""
        if read_signature(f"{self._queue}/{job_name(job_id)}") is None:
            return UnreadableJob(job_id, "no such file", is_missing=True)
        return self.find(job_id)


def load_record(queue: str, job_id: int) -> JobRecord:
    """What the files below the directory *queue* say of a job, read now."""
    try:
        return _load_record(queue, job_id)
    except OSError as error:
        return UnreadableJob(job_id, _explain(error))


def _explain(error: OSError) -> str:
    return error.strerror or str(error)


def _load_record(queue: str, job_id: int) -> JobRecord:
    """The same; raises OSError if the file that counts cannot be read."""
    for place, is_archived in zip(job_places(job_id), (True, False), strict=True):
        try:
            data, _ = read_file(f"{queue}/{place}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        return read_record(job_id, data, is_archived=is_archived)
    return UnreadableJob(job_id, "no such file", is_missing=True)


def read_record(job_id: int, data: bytes, *, is_archived: bool) -> JobRecord:
    """What a job's file says."""
    try:
        return parse_job(job_id, data, is_archived=is_archived)
    except JobFormatError as error:
        return UnreadableJob(job_id, str(error))


def list_archive(queue: str) -> Iterator[tuple[str, int]]:
    """Each archived job's file, as a path relative to *queue*, and id; folders that cannot be read have none."""
    with suppress(OSError), os.scandir(f"{queue}/{ARCHIVE}") as folders:
        for folder in folders:
            for name in list_folder(folder.path):
                job_id = job_id_of(name)
                if job_id is not None:
                    yield f"{ARCHIVE}/{folder.name}/{name}", job_id


def find_highest_archived(queue: str) -> int:
    """The highest id in the archive, whose folders go by ids; 0 if there is none."""
    for number in sorted((int(name) for name in list_folder(f"{queue}/{ARCHIVE}") if name.isdecimal()), reverse=True):
        names = list_folder(f"{queue}/{ARCHIVE}/{number}")
        if found := [job_id for name in names if (job_id := job_id_of(name)) is not None]:
            return max(found)
    return 0


def list_folder(path: str) -> list[str]:
    """The names in a folder; none if it cannot be read."""
    try:
        return os.listdir(path)
    except OSError:
        return []
