"""The jobs of a queue directory, read again at the cost of what changed.

A :class:`JobFolder` is a value: reading it anew gives the next one, which shares with it every job whose file is
still the same. Who knows which files have changed (by inotify) says so, and nothing else is looked at; who does not
has every file's signature compared.
"""

import os
from collections.abc import Collection, Container, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve, frozen

from ganeti_lite.files import FileSignature, read_file, read_signature
from ganeti_lite.snapshot import JobRecord, UnreadableJob

from ._names import archive_folder, job_id_of, job_name
from ._records import list_archive, list_folder, load_record, read_record


class QueueUnreadableError(Exception):
    """The queue directory cannot be listed; the text says which and why."""


@frozen(eq=False)
class _File:
    """A file's signature before it was read, None if it could not be read, and what was in it."""

    signature: FileSignature | None
    record: JobRecord


_Files: TypeAlias = Mapping[str, _File]
"""By path relative to the queue directory."""


@frozen(eq=False)
class JobFolder:
    """The jobs of a queue directory at one moment; of none before it is read.

    :ivar path: the queue directory.
    :ivar has_archive: whether the archive belongs to it.
    """

    path: str
    has_archive: bool = False
    files: _Files = MappingProxyType({})

    @property
    def records(self) -> list[JobRecord]:
        """The jobs, one for each file, in no order."""
        return [file.record for file in self.files.values()]

    def read_all(self) -> "JobFolder":
        """The folder as it is now, any file of which may have changed; itself if nothing has.

        :raises QueueUnreadableError: the directory cannot be listed.
        """
        names = self._list_names()
        archived = _list_archived(self.path, names.values())
        found = {name: self._follow(name, job_id, archived) for name, job_id in names.items()}
        files = {name: file for name, file in found.items() if file is not None}
        is_same = len(files) == len(self.files) and all(self.files.get(name) is file for name, file in files.items())
        return self if is_same else evolve(self, files=MappingProxyType(files))

    def read_changed(self, names: Collection[str]) -> "JobFolder":
        """The folder as it is now, of which no other files than those of these *names* have changed."""
        files = dict(self.files)
        ids = {name: job_id for name in names if (job_id := job_id_of(name)) is not None}
        archived = _list_archived(self.path, ids.values())
        for name, job_id in ids.items():
            file = self._follow(name, job_id, archived)
            if file is None:
                files.pop(name, None)
            else:
                files[name] = file
        is_same = len(files) == len(self.files) and all(self.files.get(name) is files.get(name) for name in ids)
        return self if is_same else evolve(self, files=MappingProxyType(files))

    def _follow(self, name: str, job_id: int, archived: Container[int]) -> _File | None:
        """The file *name*: read, unless it is the one that is known; None if there is none (any more).

        :param archived: the jobs that are in the archive.
        """
        path = f"{self.path}/{name}"
        known = self.files.get(name)
        if known is not None and known.signature == read_signature(path):
            return known
        try:
            data, signature = read_file(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            return _File(None, UnreadableJob(job_id, error.strerror or str(error)))
        if name != job_name(job_id) or job_id in archived:
            return _File(signature, load_record(self.path, job_id))
        return _File(signature, read_record(job_id, data, is_archived=False))

    def _list_names(self) -> dict[str, int]:
        """Path → id of each job file."""
        try:
            names = {name: job_id for name in os.listdir(self.path) if (job_id := job_id_of(name)) is not None}
        except OSError as error:
            raise QueueUnreadableError(f"{self.path}: {error.strerror or error}") from error
        if self.has_archive:
            names.update(list_archive(self.path))
        return names


def _list_archived(queue: str, ids: Iterable[int]) -> frozenset[int]:
    """The ids of all jobs in those folders of the archive that *ids* belong to."""
    folders = {archive_folder(job_id) for job_id in ids}
    names = (name for folder in folders for name in list_folder(f"{queue}/{folder}"))
    return frozenset(job_id for name in names if (job_id := job_id_of(name)) is not None)
