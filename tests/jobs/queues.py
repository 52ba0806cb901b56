"""A queue directory for tests, written to as Ganeti writes."""

import os
from pathlib import Path

from ganeti_lite.jobs import archive_folder, job_name
from tests.strategies import encode_job_file


class Queue:
    """The directory at *path* with its job files, each content of which has a size of its own.

    Sizes tell contents apart where two writes happen within a tick of the file system's clock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writes = 0
        path.mkdir(parents=True, exist_ok=True)

    def content(self, *statuses: str) -> bytes:
        """A new content of a job file, whose opcodes have these statuses."""
        self._writes += 1
        opcodes = [{"input": {"OP_ID": "OP_TEST_DELAY"}, "status": status, "result": None} for status in statuses]
        return encode_job_file({"id": 0, "ops": opcodes, "padding": "x" * self._writes})

    def write(self, job_id: int, *statuses: str) -> str:
        """Put a job's file into its place, whole; the name of it."""
        return self.put(job_name(job_id), self.content(*statuses))

    def put(self, name: str, data: bytes) -> str:
        """The same for any name, relative to the directory, and content."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + "XXXXXX.new")
        draft.write_bytes(data)
        draft.rename(path)
        return name

    def archive(self, job_id: int) -> str:
        """Move a job's file into the archive; the name that is there no more."""
        name = job_name(job_id)
        folder = self.path / archive_folder(job_id)
        folder.mkdir(parents=True, exist_ok=True)
        os.rename(self.path / name, folder / name)
        return name

    def remove(self, name: str) -> str:
        """Delete a file."""
        (self.path / name).unlink()
        return name
