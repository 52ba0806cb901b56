"""The benchmark of jobs as a test; ``-s`` shows the table."""

import pytest

from .__main__ import main


@pytest.mark.bench
def test_answers_about_jobs_agree_while_they_are_measured() -> None:
    """The table is printed, and where the real daemon was asked the same, it gave the same answers."""
    assert main([]) == 0
