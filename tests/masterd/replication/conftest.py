"""A master with a queue, in two sizes, and what it logs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.log_events import LogLines, logged
from tests.masterd.clusters import make_snapshot

from .scene import OFFLINE, ONE, REGULAR, TWO, Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Two candidates, a node that is offline and one that is nothing; the queue has a serial and two jobs."""
    scene = Scene(tmp_path)
    scene.write("serial", "2\n")
    scene.write("job-1", "first")
    scene.write("job-2", "x" * 1000)
    scene.follow(make_snapshot(ONE, TWO, OFFLINE, REGULAR))
    return scene


@pytest.fixture
def wide(tmp_path: Path) -> Scene:
    """One candidate, which may be sent three calls together."""
    scene = Scene(tmp_path, at_once=3)
    scene.write("serial", "5\n")
    for number in range(1, 6):
        scene.write(f"job-{number}", f"job {number}")
    scene.follow(make_snapshot(ONE))
    scene.one.waiting = []
    return scene


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What is logged."""
    with logged() as lines:
        yield lines
