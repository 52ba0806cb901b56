"""A queue for the tests of who asks and of who waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .served_queue import Serving


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A queue that is served."""
    serving = Serving(tmp_path / "queue")
    yield serving
    serving.stop()
