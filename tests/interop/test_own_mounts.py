"""Directories that only one process has."""

import subprocess
import sys
from pathlib import Path

import pytest

from .isolated import PROJECT

pytestmark = pytest.mark.interop

PROGRAM = """
import subprocess, sys
from pathlib import Path
from tests.interop.own_mounts import own_directory
path = Path(sys.argv[1])
with own_directory(path):
    (path / "mine").touch()
    subprocess.run(["ls", path], check=True)
subprocess.run(["ls", path], check=True)
"""


def test_only_the_process_and_its_children_see_the_directory(real_ganeti: None, folder: Path) -> None:
    """What was there is there again behind the block, and was so for others all the time."""
    (folder / "theirs").touch()
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["mine", "theirs"]
    assert [path.name for path in folder.iterdir()] == ["theirs"]
