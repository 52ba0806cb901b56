"""As whom a daemon works that was started as root: what decides it, what twistd is told, and what is said of it."""

import os
import pwd
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from twisted.python.usage import Options
from twisted.scripts._twistd_unix import ServerOptions

from ganeti_lite.serving.rights import (
    NoSuchUserError,
    Owned,
    User,
    acting_as,
    choose_user,
    find_owned,
    find_user,
    give_up_root,
)
from tests.doubles.log_events import logged

as_root: Final = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else, and gives files away")

MASTERD: Final = User("gnt-masterd", 104, 106)
OTHER: Final = User("other", 7, 8)
USERS: Final = {user.uid: user for user in (MASTERD, OTHER)}

NOBODY: Final = pwd.getpwnam("nobody").pw_uid
NOGROUP: Final = pwd.getpwnam("nobody").pw_gid
UNKNOWN: Final = next(uid for uid in range(47110, 48110) if find_user(uid) is None)


@pytest.mark.parametrize(
    ("uid", "gid", "owner", "chosen"),
    [
        (None, None, MASTERD.uid, MASTERD),
        (None, None, 0, None),
        (None, 9, MASTERD.uid, User("gnt-masterd", 104, 9)),
        (None, 9, 0, None),
        (OTHER.uid, None, MASTERD.uid, OTHER),
        (OTHER.uid, 9, MASTERD.uid, User("other", 7, 9)),
        (OTHER.uid, None, 0, OTHER),
        (OTHER.uid, 0, 0, User("other", 7, 0)),
        (0, None, MASTERD.uid, None),
        (0, 9, MASTERD.uid, None),
        (0, None, UNKNOWN, None),
    ],
)
def test_whom_to_become(uid: int | None, gid: int | None, owner: int, chosen: User | None) -> None:
    """Whom the files belong to, in his own group, unless the operator says otherwise of either."""
    assert choose_user(uid, gid, owner, USERS.get) == chosen


@pytest.mark.parametrize(("uid", "owner"), [(None, UNKNOWN), (UNKNOWN, MASTERD.uid), (UNKNOWN, 0)])
def test_whom_nobody_knows(uid: int | None, owner: int) -> None:
    """There is no staying root instead, whoever it is that names him, and with a group neither."""
    for gid in (None, 9):
        with pytest.raises(NoSuchUserError):
            choose_user(uid, gid, owner, USERS.get)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration's place, in a directory of its own."""
    folder = tmp_path / "ganeti"
    folder.mkdir()
    return folder / "config.data"


@as_root
def test_whom_the_files_belong_to(config: Path) -> None:
    """The directory comes first: whoever has it can put root's files there. Where it is root's, the file counts."""
    folder = config.parent
    assert find_owned(str(config)) == Owned(str(config), 0)
    os.chown(folder, NOBODY, 0)
    assert find_owned(str(config)) == Owned(str(folder), NOBODY)
    config.touch()
    assert find_owned(str(config)) == Owned(str(folder), NOBODY)
    os.chown(folder, 0, 0)
    assert find_owned(str(config)) == Owned(str(config), 0)
    os.chown(config, NOBODY, 0)
    assert find_owned(str(config)) == Owned(str(config), NOBODY)
    assert find_owned(str(folder / "not/there")) == Owned(str(folder / "not/there"), 0)


def options_of(*twistd: str) -> tuple[Options, Options]:
    """Twistd's options, and those of a daemon below it."""
    options = ServerOptions()
    options.parseOptions([*twistd, "ganeti-confd"])
    return options, options.subOptions


Told = tuple[int | None, int | None, int]
"""What twistd is told, and how many lines the log has."""


@as_root
@pytest.mark.parametrize(
    ("line", "owner", "told"),
    [
        ([], NOBODY, (NOBODY, NOGROUP, 1)),
        ([], 0, (None, None, 1)),
        (["--gid", "9"], NOBODY, (NOBODY, 9, 1)),
        (["--uid", "1", "--gid", "9"], NOBODY, (1, 9, 0)),
        (["--uid", "0"], NOBODY, (None, None, 0)),
    ],
)
def test_what_twistd_is_told(config: Path, line: list[str], owner: int, told: Told) -> None:
    """Whom to become; nothing if it is to stay root, of which it would complain. The log has what nobody ordered."""
    os.chown(config.parent, owner, owner)
    options, below = options_of(*line)
    with logged() as log:
        user = give_up_root(below, str(config))
    assert (options["uid"], options["gid"], len(log.lines)) == told
    assert (user is None) == (options["uid"] is None)


@as_root
def test_what_to_do_is_told(config: Path) -> None:
    """About a user whom nobody knows, and for those who run it as root on root's files."""
    with logged() as log:
        give_up_root(options_of()[1], str(config))
    assert "--uid 0 says that root is meant" in log.lines[0]
    os.chown(config.parent, UNKNOWN, 0)
    with pytest.raises(SystemExit, match=f"{config.parent} belongs to user {UNKNOWN}.*--uid"):
        give_up_root(options_of()[1], str(config))
    with pytest.raises(SystemExit, match=f"no user {UNKNOWN}, whom --uid names"):
        give_up_root(options_of("--uid", str(UNKNOWN))[1], str(config))


@as_root
def test_other_runners_cannot(config: Path) -> None:
    """A program that knows nothing of users is not told any; the log says that it stays root."""
    os.chown(config.parent, NOBODY, NOBODY)
    with logged() as log:
        assert give_up_root(Options(), str(config)) is None
    assert log.lines == ["running as root: only twistd becomes another user"]


def use_rights(own: Path, foreign: Path) -> None:
    """Make one file and read another as nobody, in his groups alone."""
    with acting_as(User("nobody", NOBODY, NOGROUP)):
        assert 0 not in os.getgroups()
        own.touch()
        foreign.read_bytes()


@as_root
def test_acting_as_somebody() -> None:
    """What is made is his, what he must not is refused; behind it all is as before, after an error too."""
    before = (os.getresuid(), os.getresgid(), os.getgroups())
    with TemporaryDirectory() as name:
        os.chown(name, NOBODY, NOGROUP)
        own, foreign = Path(name, "own"), Path(name, "foreign")
        foreign.touch(mode=0o600)
        with pytest.raises(PermissionError, match="foreign"):
            use_rights(own, foreign)
        assert (own.stat().st_uid, own.stat().st_gid) == (NOBODY, NOGROUP)
    assert (os.getresuid(), os.getresgid(), os.getgroups()) == before
    with acting_as(None):
        assert os.geteuid() == 0
