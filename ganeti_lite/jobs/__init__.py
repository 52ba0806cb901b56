"""The job queue on disk: job files ↔ :class:`~ganeti_lite.snapshot.Job`, how jobs move on, reading a queue directory.

It writes no file, and never trusts what it reads: one that is damaged, half written or gone costs the row of that job.
Source of names and formats: the queue directory of Ganeti 3.0.
"""

from ._encode import encode_job, encode_value
from ._folder import JobFolder, QueueUnreadableError
from ._format import JobFormatError, parse_job
from ._names import ARCHIVE, archive_folder, job_id_of, job_name
from ._records import RecordCache, find_highest_archived

__all__ = [
    "ARCHIVE",
    "JobFolder",
    "JobFormatError",
    "QueueUnreadableError",
    "RecordCache",
    "archive_folder",
    "encode_job",
    "encode_value",
    "find_highest_archived",
    "job_id_of",
    "job_name",
    "parse_job",
]
