"""How job files are called, and which folder of the archive each belongs to."""

import re
from typing import Final

ARCHIVE: Final = "archive"
"""The folder of finished jobs, below the queue directory."""

JOBS_PER_FOLDER: Final = 10_000
"""How many ids share a folder of the archive."""

_NAME: Final = re.compile(r"job-([0-9]+)")


def job_name(job_id: int) -> str:
    """The name of a job's file."""
    return f"job-{job_id}"


def job_id_of(name: str) -> int | None:
    """The id in the name of a job's file, leading zeros allowed; None for any other name."""
    match = _NAME.fullmatch(name)
    return None if match is None else int(match[1])


def job_places(job_id: int) -> tuple[str, str]:
    """Where a job's file may be below the queue directory: first in the archive, whose file counts if there are two."""
    name = job_name(job_id)
    return f"{archive_folder(job_id)}/{name}", name


def archive_folder(job_id: int) -> str:
    """The folder that a job is archived in, relative to the queue directory."""
    return f"{ARCHIVE}/{job_id // JOBS_PER_FOLDER}"
