"""One job file: bytes → :class:`~ganeti_lite.snapshot.Job`.

Keys that are not known are no fault, and a priority that is missing is 0: files of newer and older versions can be
read. Everything else is as strict as Ganeti 3.0's query daemon: a status or type of log entry that does not exist
makes the whole file unreadable.
"""

import msgspec

from ganeti_lite.job_ids import check_job_id, parse_job_id
from ganeti_lite.snapshot import Job, JobOpcode, Time


class JobFormatError(ValueError):
    """A file that is no job; the text says where and why."""


class _JobFile(msgspec.Struct):
    """A job file, by its keys."""

    id: int | float | str
    ops: tuple[JobOpcode, ...]
    received_timestamp: Time | None = None
    start_timestamp: Time | None = None
    end_timestamp: Time | None = None
    livelock: str | None = None
    process_id: int | None = None


_DECODER = msgspec.json.Decoder(_JobFile)


def parse_job(job_id: int, data: bytes, *, is_archived: bool) -> Job:
    """The job that the bytes of its file describe.

    :param job_id: from the file's name, which is what counts.
    :raises JobFormatError: the bytes are no job.
    """
    try:
        if not data.isascii():
            data.decode()  # parts that stay undecoded are not looked at below
        file = _DECODER.decode(data)
        _check_id(file.id)
    except (ValueError, RecursionError) as error:
        raise JobFormatError(f"job file {job_id}: {error}") from error
    return Job(
        id=job_id,
        opcodes=file.ops,
        received=file.received_timestamp,
        start=file.start_timestamp,
        end=file.end_timestamp,
        is_archived=is_archived,
        livelock=file.livelock,
        process_id=file.process_id,
    )


def _check_id(written: float | str) -> None:
    """Raise ValueError if a file has something for its job's id that is none."""
    if isinstance(written, float) and not written.is_integer():
        raise ValueError(f"fractional job id {written}")
    parse_job_id(written) if isinstance(written, str) else check_job_id(int(written))
