"""Whether the process that carries a job out is alive."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from ganeti_lite.masterd.atomic_write import Owner
from ganeti_lite.masterd.livelock import Livelock, is_held


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


def test_ones_own_is_held_until_it_is_closed(tmp_path: Path) -> None:
    """It is a file in a folder that is made for it, and gone behind that."""
    folder = tmp_path / "livelocks"
    own = Livelock(str(folder), Owner(), 7)
    assert is_held(own.path)
    assert [path.stat().st_mode & 0o777 for path in (folder, Path(own.path))] == [0o750, 0o640]
    own.close()
    own.close()
    assert not is_held(own.path)
    assert list(folder.iterdir()) == []


def test_that_of_a_dead_process_is_not_held(tmp_path: Path) -> None:
    """The next one removes it, but neither those of the living nor those of others."""
    command = "import os, signal, sys; from ganeti_lite.masterd.atomic_write import Owner"
    command += "; from ganeti_lite.masterd.livelock import Livelock; own = Livelock(sys.argv[1], Owner(), 1)"
    command += "; print(own.path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", command, tmp_path], capture_output=True, text=True, check=False)
    dead = Path(killed.stdout.strip())
    assert dead.exists()
    assert not is_held(str(dead))
    foreign = tmp_path / "job_000001_1"
    foreign.touch()
    first, second = (Livelock(str(tmp_path), Owner(), now) for now in (2, 3))
    assert set(tmp_path.iterdir()) == {foreign, Path(first.path), Path(second.path)}
    first.close()
    second.close()


def test_a_folder_that_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(FileNotFoundError):
        Livelock(str(tmp_path / "nosuch" / "livelocks"), Owner(), 1)
