"""The jobs of a queue directory, read again at the cost of what changed.

A :class:`JobFolder` is a value: reading it anew gives the next one, which shares with it every job whose file is
still the same. Who knows which files have changed (by inotify) says so, and nothing else is looked at; who does not
has every file's signature compared.
"""

import os
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve, frozen

from ganeti_lite.files import FileSignature, read_signature
from ganeti_lite.snapshot import JobRecord

from ._names import job_id_of
from ._records import list_archive, load_record


class QueueUnreadableError(Exception):
    """The queue directory cannot be listed; the text says which and why."""


@frozen(eq=False)
class _File:
    """A file's signature before it was read, and what was in it."""

    signature: FileSignature
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
        found = {name: self._follow(name, job_id) for name, job_id in self._list_names().items()}
        files = {name: file for name, file in found.items() if file is not None}
        is_same = len(files) == len(self.files) and all(self.files.get(name) is file for name, file in files.items())
        return self if is_same else evolve(self, files=MappingProxyType(files))

    def read_changed(self, names: Collection[str]) -> "JobFolder":
        """The folder as it is now, of which no other files than those of these *names* have changed."""
        files = dict(self.files)
        for name in names:
            job_id = job_id_of(name)
            file = None if job_id is None else self._follow(name, job_id)
            if file is None:
                files.pop(name, None)
            else:
                files[name] = file
        is_same = len(files) == len(self.files) and all(self.files.get(name) is files.get(name) for name in names)
        return self if is_same else evolve(self, files=MappingProxyType(files))

    def _follow(self, name: str, job_id: int) -> _File | None:
        """The file *name*: read, unless it is the one that is known; None if there is none (any more)."""
        signature = read_signature(f"{self.path}/{name}")
        if signature is None:
            return None
        known = self.files.get(name)
        if known is not None and known.signature == signature:
            return known
        return _File(signature, load_record(self.path, job_id))

    def _list_names(self) -> dict[str, int]:
        """Path → id of each job file."""
        try:
            names = {name: job_id for name in os.listdir(self.path) if (job_id := job_id_of(name)) is not None}
        except OSError as error:
            raise QueueUnreadableError(f"{self.path}: {error.strerror or error}") from error
        if self.has_archive:
            names.update(list_archive(self.path))
        return names
