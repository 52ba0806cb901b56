"""The benchmark of the job daemon as a test; ``-s`` shows the table."""

import pytest

from .__main__ import main


@pytest.mark.bench
def test_jobs_are_taken_and_done_in_time() -> None:
    """The table is printed; every figure keeps its target."""
    assert main([]) == 0
