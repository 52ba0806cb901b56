"""The benchmark as a test, so that one runner finds everything; ``-s`` shows the table."""

import pytest

from .__main__ import main


@pytest.mark.bench
def test_lists_of_run_time_values_keep_their_targets() -> None:
    """On real nodes, with fifty clients, and with nodes that hang."""
    assert main([]) == 0
