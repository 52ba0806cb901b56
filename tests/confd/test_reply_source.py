"""Replies follow the snapshots, as soon as these are ready."""

from pathlib import Path

import pytest
from twisted.internet.defer import maybeDeferred
from twisted.internet.task import Clock

from confd.reply_source import ReplySource
from confd.settling import SETTLE_SECONDS, Settling
from ganeti_lite.constants import ConfdRequest
from ganeti_lite.serving.source import SnapshotSource
from ganeti_lite.simulator import replace_config
from ganeti_lite.wire.confd import decode_reply
from tests.doubles.clusters import small_config


class Following:
    """A source of replies on a file of its own; loading is done at once, settling when the test says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.source = SnapshotSource(str(path), self.clock, maybeDeferred)
        self.settling = Settling(self.source, self.clock, maybeDeferred)
        self.replies = ReplySource(self.source, self.settling)
        self.settling.on_settled = self.replies.follow
        self.source.on_change = self._follow
        self.settling.startService()

    def _follow(self) -> None:
        self.replies.follow()
        self.settling.follow()

    def write(self, serial: int) -> None:
        """Change the cluster's serial number, and let the change be noticed."""
        config = small_config()
        config["cluster"]["serial_no"] = serial
        replace_config(self.path, config)
        self.source.check()

    def answer(self) -> object:
        """What a client is answered about the master now."""
        reply = self.replies.replies.find(ConfdRequest.CLUSTER_MASTER, None)
        decoded = decode_reply(reply.text.decode())
        return decoded.serial if decoded.is_ok else decoded.answer


@pytest.fixture
def following(tmp_path: Path) -> Following:
    """Replies from a file that is not there yet."""
    return Following(tmp_path / "config.data")


def test_before_the_first_snapshot_the_fault_is_told(following: Following) -> None:
    """Until there is a configuration, clients are told why there is none."""
    assert "not yet loaded" in str(following.answer())
    following.source.check()
    assert "No such file" in str(following.answer())


def test_the_first_snapshot_answers_at_once(following: Following) -> None:
    """There is nothing else to answer from."""
    following.write(7)
    assert following.answer() == 7
    following.clock.advance(SETTLE_SECONDS)
    assert following.answer() == 7


def test_a_later_snapshot_answers_when_it_has_settled(following: Following) -> None:
    """The old replies go on until what the new ones are looked up in is there."""
    following.write(7)
    following.clock.advance(SETTLE_SECONDS)
    following.write(8)
    assert following.answer() == 7
    following.clock.advance(SETTLE_SECONDS)
    assert following.answer() == 8


def test_replies_are_kept_while_the_snapshot_is_the_same(following: Following) -> None:
    """Settling, or a file that breaks, does not make replies anew that are there already."""
    following.write(7)
    before = following.replies.replies
    following.clock.advance(SETTLE_SECONDS)
    following.path.write_bytes(b"{")
    following.source.check()
    assert following.source.fault
    assert following.replies.replies is before
    assert following.answer() == 7
