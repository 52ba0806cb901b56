"""Replies follow the snapshots, as soon as these are ready."""

from pathlib import Path

import pytest
from twisted.internet.defer import maybeDeferred
from twisted.internet.task import Clock

from confd.reply_source import ReplySource
from confd.source import SnapshotSource
from ganeti_lite.constants import ConfdRequest
from ganeti_lite.simulator import replace_config
from ganeti_lite.wire.confd import decode_reply

from .clusters import small_config
from .manual_runner import ManualRunner


class Following:
    """A source of replies on a file of its own; loading is done at once, deriving when the test says so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runner = ManualRunner()
        self.source = SnapshotSource(str(path), Clock(), maybeDeferred)
        self.replies = ReplySource(self.source, self.runner)
        self.source.on_change = self.replies.follow

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


def test_a_snapshot_answers_when_it_is_ready(following: Following) -> None:
    """The old replies go on until the new snapshot's relations are derived."""
    following.write(7)
    assert "No such file" not in str(following.answer())
    following.runner.run_all()
    assert following.answer() == 7
    following.write(8)
    assert following.answer() == 7
    following.runner.run_all()
    assert following.answer() == 8


def test_changes_in_quick_succession_are_taken_in_order(following: Following) -> None:
    """However fast the file changes, replies go on getting newer."""
    following.write(7)
    following.write(8)
    following.runner.run_one()
    assert following.answer() == 7
    following.runner.run_all()
    assert following.answer() == 8


def test_a_broken_file_changes_nothing(following: Following) -> None:
    """Once there has been a good snapshot, it goes on answering."""
    following.write(7)
    following.runner.run_all()
    following.path.write_bytes(b"{")
    following.source.check()
    assert following.source.fault
    assert following.answer() == 7
    assert not following.runner.pending
