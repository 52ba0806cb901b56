"""What is read of this node's files."""

from pathlib import Path

import pytest

from ganeti_lite.serving.state import read_pause

NOW = 1_700_000_000.0
LATER = 1_700_000_100


@pytest.mark.parametrize("text", [f"{LATER}", f" {LATER}\n", f"\n\t{LATER}\n\n", f"0{LATER}"])
def test_the_watcher_pauses_until_then(tmp_path: Path, text: str) -> None:
    """White space around the time does not matter."""
    path = tmp_path / "watcher.pause"
    path.write_text(text)
    assert read_pause(str(path), NOW) == LATER


@pytest.mark.parametrize("text", ["", "x", "5", f"{LATER}.5", f"+{LATER}", f"-{LATER}", f"{LATER}\n{LATER}", "٥" * 12])
def test_the_watcher_does_not_pause(tmp_path: Path, text: str) -> None:
    """A time that is over, or no time."""
    path = tmp_path / "watcher.pause"
    path.write_text(text)
    assert read_pause(str(path), NOW) is None


def test_without_a_file_the_watcher_does_not_pause(tmp_path: Path) -> None:
    """As it is most of the time."""
    assert read_pause(str(tmp_path / "nosuch"), NOW) is None
