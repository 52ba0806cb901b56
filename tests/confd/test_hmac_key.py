"""The key is taken when it comes, and taken again when it changes."""

from pathlib import Path

import pytest
from twisted.internet.task import Clock

from confd.hmac_key import RECHECK_INTERVAL, HmacKey
from ganeti_lite.wire.confd import SigningKey
from tests.doubles.log_events import logged


class Followed:
    """A key in a file of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.changes = 0
        self.key = HmacKey(str(path), self.clock, self._count)

    def _count(self) -> None:
        self.changes += 1

    def has(self, secret: bytes) -> bool:
        """Whether *secret* is what is signed with now."""
        return self.key.value is not None and self.key.value.sign(b"x") == SigningKey(secret).sign(b"x")


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    """A key whose file is not there yet."""
    return Followed(tmp_path / "hmac.key")


def test_a_key_that_comes_late_is_taken(followed: Followed) -> None:
    """While there is no file there is no key, and one log line; with the file there is one, line end included."""
    with logged() as log:
        for _ in range(3):
            followed.key.check()
        assert followed.key.value is None
        assert len(log.lines) == 1
        assert "No such file" in log.lines[0]
        followed.path.write_bytes(b"key\n")
        followed.key.check()
        assert len(log.lines) == 2
    assert followed.has(b"key\n")
    assert followed.changes == 1


def test_a_replaced_key_is_taken(followed: Followed, tmp_path: Path) -> None:
    """Another file in the key's place is another key; the same content is not."""
    followed.path.write_bytes(b"one\n")
    followed.key.check()
    for content in (b"two\n", b"two\n"):
        replacement = tmp_path / "new"
        replacement.write_bytes(content)
        replacement.rename(followed.path)
        followed.key.check()
    assert followed.has(b"two\n")
    assert followed.changes == 2


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.chmod(0)])
def test_a_key_is_never_lost(followed: Followed, damage: object) -> None:
    """If the file is gone or empty, what was read goes on signing, and the log says so once."""
    followed.path.write_bytes(b"one\n")
    followed.key.check()
    with logged() as log:
        damage(followed.path)  # type: ignore[operator]  # one of the three above
        for _ in range(3):
            followed.key.check()
    assert followed.has(b"one\n")
    assert len(log.lines) <= 1


def test_an_empty_file_is_no_key(followed: Followed) -> None:
    """Anybody can sign with an empty key, so it is none."""
    followed.path.write_bytes(b"")
    with logged() as log:
        followed.key.check()
        followed.key.check()
    assert followed.key.value is None
    assert ["empty" in line for line in log.lines] == [True]


def test_rechecks_are_bounded(followed: Followed) -> None:
    """For wrong signatures the file is looked at once in an interval, and a change is told."""
    followed.path.write_bytes(b"one\n")
    followed.key.check()
    assert not followed.key.recheck()
    followed.path.write_bytes(b"other\n")
    assert not followed.key.recheck()
    assert followed.has(b"one\n")
    followed.clock.advance(RECHECK_INTERVAL)
    assert followed.key.recheck()
    assert followed.has(b"other\n")
    followed.clock.advance(RECHECK_INTERVAL)
    assert not followed.key.recheck()
