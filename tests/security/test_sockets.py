"""Links where the daemon puts its socket, and whom the socket lets in."""

import os
import stat
from pathlib import Path

import pytest

from ganeti_lite.serving.listening import SOCKET_MODE, give_to_folder_owner
from tests.doubles.log_events import logged
from tests.serving.test_listening import Doubt, is_listening, make_port


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file that nobody is to touch."""
    path = tmp_path / "precious"
    path.write_text("content", encoding="ascii")
    path.chmod(0o600)
    return path


def is_untouched(path: Path) -> bool:
    """Whether it is as it was."""
    status = path.stat()
    return path.read_text(encoding="ascii") == "content" and (stat.S_IMODE(status.st_mode), status.st_uid) == (
        0o600,
        os.getuid(),
    )


def test_a_link_in_the_sockets_place_is_left_alone(tmp_path: Path, precious: Path) -> None:
    """A link is no socket: it is not followed, not removed, not replaced; the log says that it is in the way."""
    place = tmp_path / "query"
    place.symlink_to(precious)
    with logged() as log:
        port, _ = make_port(place, Doubt())
    assert not is_listening(port)
    assert place.is_symlink()
    assert is_untouched(precious)
    assert any("is no socket" in line for line in log.lines)
    port.stopService()


def test_a_link_under_the_first_name_is_removed(tmp_path: Path, precious: Path) -> None:
    """The socket is bound under a name that can be guessed; a link there goes, and what it leads to stays."""
    (tmp_path / str(os.getpid())).symlink_to(precious)
    place = tmp_path / "query"
    port, _ = make_port(place, Doubt())
    assert is_listening(port)
    assert stat.S_ISSOCK(place.lstat().st_mode)
    assert stat.S_IMODE(place.lstat().st_mode) == SOCKET_MODE
    assert is_untouched(precious)
    port.stopService()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_a_link_leads_to_is_not_given_away(tmp_path: Path, precious: Path) -> None:
    """If the socket is exchanged for a link before it is given to the folder's owner, only the link is."""
    folder = tmp_path / "sockets"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    link = folder / "link"
    link.symlink_to(precious)
    give_to_folder_owner(str(link))
    assert is_untouched(precious)
    assert link.lstat().st_uid == 65534


def test_nobody_else_may_connect(tmp_path: Path) -> None:
    """The mode of the socket lets its owner and group in, and nobody else."""
    port, _ = make_port(tmp_path / "query", Doubt())
    assert stat.S_IMODE((tmp_path / "query").lstat().st_mode) & 0o007 == 0
    port.stopService()
