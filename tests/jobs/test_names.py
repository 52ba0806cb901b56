"""Names of job files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.jobs import archive_folder, job_id_of, job_name
from ganeti_lite.jobs._names import job_places


@given(st.integers(0, 10**12))
def test_names_and_ids(job_id: int) -> None:
    """The name of a job's file leads back to the job."""
    assert job_id_of(job_name(job_id)) == job_id


@pytest.mark.parametrize(("name", "job_id"), [("job-0", 0), ("job-07", 7), ("job-000", 0)])
def test_leading_zeros_do_not_count(name: str, job_id: int) -> None:
    """A file with leading zeros stands for the job without."""
    assert job_id_of(name) == job_id


@pytest.mark.parametrize(
    "name",
    [
        *("serial", "lock", "version", "drain", "archive", "job-1.new", "job-12XXXXXX.new", "job-12-3.tmp"),
        *("", "job-", "job", "xjob-1", "job-1 ", "job-1\n", "Job-1", "job--1", "job-+1", "job-\u0661"),
    ],
)
def test_other_names_are_no_jobs(name: str) -> None:
    """What lies beside the jobs, files that are being written included, is none."""
    assert job_id_of(name) is None


@pytest.mark.parametrize(
    ("job_id", "folder"), [(0, "archive/0"), (9999, "archive/0"), (10_000, "archive/1"), (123_456, "archive/12")]
)
def test_folders_of_the_archive(job_id: int, folder: str) -> None:
    """Ten thousand jobs share a folder; the archive is looked into first."""
    assert archive_folder(job_id) == folder
    assert job_places(job_id) == (f"{folder}/job-{job_id}", f"job-{job_id}")
