"""Whether the process that carries a job out is alive."""

import fcntl
from pathlib import Path

from ganeti_lite.masterd.livelock import is_held


def test_a_locked_file_has_a_living_process(tmp_path: Path) -> None:
    """However it is locked, and only for as long as it is."""
    path = tmp_path / "job_1"
    path.touch()
    for kind in (fcntl.LOCK_EX, fcntl.LOCK_SH):
        with path.open() as held:
            fcntl.flock(held, kind)
            assert is_held(str(path)) is (kind == fcntl.LOCK_EX)
    assert not is_held(str(path))


def test_looking_does_not_take_the_lock(tmp_path: Path) -> None:
    """The process that owns the file may lock it right after somebody has looked."""
    path = tmp_path / "job_1"
    path.touch()
    assert not is_held(str(path))
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_file_that_is_gone_has_none(tmp_path: Path) -> None:
    """Ganeti removes the files of those that have ended."""
    assert not is_held(str(tmp_path / "job_1"))
