"""The benchmark of commands as a test; ``-s`` shows the table."""

import pytest

from .__main__ import main


@pytest.mark.bench
def test_commands_are_faster_than_ganetis() -> None:
    """Whole commands take at most two fifths of the time of Ganeti's, and print the same."""
    assert main([]) == 0
