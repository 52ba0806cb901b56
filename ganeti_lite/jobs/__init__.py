"""The job queue on disk: bytes of a job file → :class:`~ganeti_lite.snapshot.Job`, and reading a queue directory.

Reads only, and never trusts what it reads: a file that is damaged, half written or gone costs the row of that job.
Source of names and formats: the queue directory of Ganeti 3.0.
"""

from ._folder import JobFolder, QueueUnreadableError
from ._format import JobFormatError, parse_job
from ._names import archive_folder, job_id_of, job_name
from ._records import RecordCache

__all__ = [
    "JobFolder",
    "JobFormatError",
    "QueueUnreadableError",
    "RecordCache",
    "archive_folder",
    "job_id_of",
    "job_name",
    "parse_job",
]
