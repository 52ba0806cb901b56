"""The jobs of a queue directory, read again at the cost of what changed.

A :class:`JobFolder` is a value: reading it anew gives the next one, which shares with it every job whose file is
still the same. Who knows which files have changed (by inotify) says so: these are read and no other one is looked at.
Who does not has every file's signature compared.
"""

import os
from collections.abc import Collection, Container, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve, frozen

from ganeti_lite.files import FileSignature, read_file, read_signature
from ganeti_lite.snapshot import JobRecord, UnreadableJob

from ._names import archive_folder, job_id_of, job_name, job_places
from ._records import list_archive, list_folder, load_record, read_record


class QueueUnreadableError(Exception):
    """The queue directory cannot be listed; the text says which and why."""


_Signatures: TypeAlias = tuple[FileSignature | None, ...]


@frozen(eq=False)
class _File:
    """The signatures, before it was read, of a file and of those that it stands for, and what was in it."""

    signatures: _Signatures
    record: JobRecord


_Files: TypeAlias = Mapping[str, _File]
"""By path relative to the queue directory."""


@frozen(eq=False)
class JobFolder:
    """The jobs of a queue directory at one moment; of none before it is read.

    A file like ``job-07`` stands for the job 7, and so for the content of ``job-7``.

    :ivar path: the queue directory.
    :ivar has_archive: whether the archive belongs to it.
    :ivar aliases: names of the files that stand for others.
    :ivar unread: names of the files that could not be read this time; the next time they may look the same and be
        readable, if there were no descriptors, say.
    """

    path: str
    has_archive: bool = False
    files: _Files = MappingProxyType({})
    aliases: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()

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
        if len(files) == len(self.files) and all(self.files.get(name) is file for name, file in files.items()):
            return self
        aliases = frozenset(name for name in files if _is_alias(name, names[name]))
        return evolve(self, files=MappingProxyType(files), aliases=aliases, unread=_find_unread(files))

    def read_changed(self, names: Collection[str]) -> "JobFolder":
        """The folder as it is now, of which no other files than those of these *names* have changed.

        They are read even if they look the same: a clock of milliseconds does not tell two quick changes apart.
        """
        changed = {name: job_id for name in self.unread.union(names) if (job_id := job_id_of(name)) is not None}
        if not changed:
            return self
        archived = _list_archived(self.path, changed.values())
        found = {name: self._read(name, job_id, archived) for name, job_id in changed.items()}
        for name in self.aliases.difference(found):
            found[name] = self._follow(name, self.files[name].record.id, archived)
        gone = {name for name, file in found.items() if file is None}
        files = {name: file for name, file in {**self.files, **found}.items() if file is not None}
        aliases = self.aliases.union(name for name, job_id in changed.items() if _is_alias(name, job_id)) - gone
        unread = _find_unread({name: file for name, file in found.items() if file is not None})
        return evolve(self, files=MappingProxyType(files), aliases=aliases, unread=unread)

    def _follow(self, name: str, job_id: int, archived: Container[int]) -> _File | None:
        """The file *name*: read, unless it is the one that is known; None if there is none (any more).

        :param archived: the jobs that are in the archive.
        """
        known = self.files.get(name)
        if known is not None and known.signatures == self._sign(name, job_id):
            return known
        return self._read(name, job_id, archived)

    def _read(self, name: str, job_id: int, archived: Container[int]) -> _File | None:
        """The file *name*, read; None if there is none (any more)."""
        if _is_alias(name, job_id):
            signatures = self._sign(name, job_id)
            return _File(signatures, load_record(self.path, job_id)) if signatures else None
        try:
            data, signature = read_file(f"{self.path}/{name}")
        except FileNotFoundError:
            return None
        except OSError as error:
            return _File((), UnreadableJob(job_id, error.strerror or str(error)))
        is_archived = name != job_name(job_id)
        if job_id in archived and not is_archived:
            return _File((signature,), load_record(self.path, job_id))
        return _File((signature,), read_record(job_id, data, is_archived=is_archived))

    def _sign(self, name: str, job_id: int) -> _Signatures:
        """The signatures of what decides about the job; none if the file is not there."""
        own = read_signature(f"{self.path}/{name}")
        if own is None:
            return ()
        others = job_places(job_id) if _is_alias(name, job_id) else ()
        return own, *(read_signature(f"{self.path}/{other}") for other in others)

    def _list_names(self) -> dict[str, int]:
        """Path → id of each job file."""
        try:
            names = {name: job_id for name in os.listdir(self.path) if (job_id := job_id_of(name)) is not None}
        except OSError as error:
            raise QueueUnreadableError(f"{self.path}: {error.strerror or error}") from error
        if self.has_archive:
            names.update(list_archive(self.path))
        return names


def _find_unread(files: _Files) -> frozenset[str]:
    return frozenset(name for name, file in files.items() if not file.signatures)


def _is_alias(name: str, job_id: int) -> bool:
    return name not in job_places(job_id)


def _list_archived(queue: str, ids: Iterable[int]) -> frozenset[int]:
    """The ids of all jobs in those folders of the archive that *ids* belong to."""
    folders = {archive_folder(job_id) for job_id in ids}
    names = (name for folder in folders for name in list_folder(f"{queue}/{folder}"))
    return frozenset(job_id for name in names if (job_id := job_id_of(name)) is not None)
