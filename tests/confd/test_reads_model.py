"""What readers may rely on, whatever is done to the file meanwhile: a model of writers and readers.

Writers do to a real file what wconfd, an editor, a restored backup or a failing disk would do to it. Readers ask
through the daemon's own snapshot source and answerer. Reading the file and hearing of the outcome are two steps, so
that anything may happen between them.
"""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from twisted.internet.defer import maybeDeferred

from confd.reply_source import ReplySource
from confd.settling import SETTLE_SECONDS, Settling
from ganeti_lite.serving.answering import make_answerer
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.serving.fair_turns import FairTurns
from ganeti_lite.serving.source import RELOAD_PATIENCE, SnapshotSource
from ganeti_lite.serving.watch import INTERVAL, FileWatch
from ganeti_lite.simulator import ClusterShape, build_config
from tests.doubles.two_step_runner import TwoStepRunner
from tests.doubles.watching import WatchingClock
from tests.serving.gathered import bring
from tests.strategies import JsonObject, edited

from .versions import QUESTIONS, Version, make_version

READERS: Final = 3
GARBAGE: Final = (b"", b"\0\1\2", b"[]", b'{"version": 3000000', b'{"version":3010000,"serial_no":"one"}')

serials = st.integers(1, 5)
"""Of the file; often lower than before."""


@define
class Reader:
    """A client, which asks one thing at a time.

    :ivar oldest: the oldest version that it may be told: it has been told something that no earlier one says.
    :ivar must_see: the version that was in the file when it asked; None if it can no longer be insisted on.
    """

    oldest: int = 0
    question: str | None = None
    must_see: int | None = None
    answers: list[bytes] = field(factory=list)


class Reads(RuleBasedStateMachine):
    """One file, its writers, and readers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="gl")
        self.path = Path(self.folder.name) / "config.data"
        self.clock = WatchingClock()
        self.loader, self.workers = TwoStepRunner(), TwoStepRunner()
        self.source = SnapshotSource(str(self.path), self.clock, self.loader)
        self.settling = Settling(self.source, self.clock, self.loader)
        self.replies = ReplySource(self.source, self.settling)
        self.settling.on_settled = self.replies.follow
        self.source.on_change = self.follow
        turns = FairTurns(self.workers, 1, 1000)
        self.answer = make_answerer(self.source, turns, lambda need: maybeDeferred(bring, need), self.describe)
        self.config: JsonObject = build_config(ClusterShape(nodes=3, instances=5, groups=2, networks=1))
        self.versions: list[Version] = []
        self.in_file: int | None = None
        self.unfinished: tuple[int, int] | None = None  # a version that is being written in place, and bytes so far
        self.readers = [Reader() for _ in range(READERS)]
        self.snapshots: list[object] = []
        self.watch = FileWatch(str(self.path), self.clock, self.source.check)

    def teardown(self) -> None:
        """Stop what runs."""
        if self.watch.running:
            self.watch.stopService()
        self.settling.stopService()
        self.clock.advance(0)
        self.folder.cleanup()

    def describe(self) -> Knowledge:
        """What the daemon knows."""
        return Knowledge(self.source.view, self.source.fault, "/master")

    def follow(self) -> None:
        """Do what the daemon does when its view changes."""
        self.replies.follow()
        self.settling.follow()

    @initialize(has_inotify=st.booleans())
    def start(self, has_inotify: bool) -> None:
        """A first version, loaded; with inotify or without."""
        self.put(self.new_version(self.config, 1), self.replace)
        self.settling.startService()
        if has_inotify:
            self.watch.startService()
        self.source.check()
        self.loader.finish()

    # Writers

    @rule(data=st.data(), serial_no=serials)
    def replace_as_wconfd(self, data: st.DataObject, serial_no: int) -> None:
        """A changed configuration under another name is renamed to its place."""
        self.put(self.draw_version(data, serial_no), self.replace)

    @rule(data=st.data(), serial_no=serials)
    def rewrite_in_place(self, data: st.DataObject, serial_no: int) -> None:
        """A changed configuration is written over the old one, and the rest of that cut off."""
        self.put(self.draw_version(data, serial_no), self.overwrite)

    @rule(data=st.data(), serial_no=serials)
    def swap_link(self, data: st.DataObject, serial_no: int) -> None:
        """The file's name becomes a link to a changed configuration elsewhere."""
        self.put(self.draw_version(data, serial_no), self.link)

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """An earlier version is put back as it was, times and all."""
        earlier = self.versions[data.draw(st.integers(0, len(self.versions) - 1))]
        self.versions.append(earlier)
        self.put(len(self.versions) - 1, self.replace)
        os.utime(self.path, ns=(10**18, 10**18))

    @rule(data=st.data(), serial_no=serials)
    def begin_in_place(self, data: st.DataObject, serial_no: int) -> None:
        """The file is cut off and a part of a changed configuration written."""
        number = self.draw_version(data, serial_no)
        size = data.draw(st.integers(0, len(self.versions[number].data) - 1))
        self.overwrite(self.versions[number].data[:size])
        self.file_is_broken()
        self.unfinished = number, size

    @precondition(lambda self: self.unfinished is not None)
    @rule()
    def finish_in_place(self) -> None:
        """The rest follows."""
        assert self.unfinished is not None
        number, size = self.unfinished
        with open(self.path, "ab") as file:
            file.write(self.versions[number].data[size:])
        self.file_is(number)

    @rule(garbage=st.sampled_from(GARBAGE), is_replaced=st.booleans())
    def break_file(self, garbage: bytes, is_replaced: bool) -> None:
        """The file is none of a configuration any more."""
        (self.replace if is_replaced else self.overwrite)(garbage)
        self.file_is_broken()

    @rule(is_kept=st.booleans())
    def remove(self, is_kept: bool) -> None:
        """The file is gone, or its name is a link that leads nowhere."""
        self.path.unlink(missing_ok=True)
        if is_kept:
            self.path.symlink_to("nowhere")
        self.file_is_broken()

    @rule(data=st.data(), question=st.sampled_from(sorted(QUESTIONS)))
    def overtake(self, data: st.DataObject, question: str) -> None:
        """The file changes, and somebody asks, after it was read and before the daemon hears of it."""
        self.loader.work()
        self.put(self.draw_version(data, 1), self.replace)
        self.ask(data, question)
        self.loader.tell()

    # The daemon

    @rule()
    def read(self) -> None:
        """The loading thread does what it was told to."""
        self.loader.work()

    @rule()
    def hear(self) -> None:
        """The daemon hears what has come of it."""
        self.loader.tell()

    @rule()
    def work(self) -> None:
        """A long answer is made."""
        self.workers.work()
        self.workers.tell()

    @rule()
    def look(self) -> None:
        """The daemon looks at the file as it does every second, or is told by inotify."""
        if self.watch.running:
            self.clock.notice()
        else:
            self.source.check()

    @rule()
    def hang_up(self) -> None:
        """SIGHUP."""
        self.source.reload()

    @rule(seconds=st.sampled_from([SETTLE_SECONDS, INTERVAL, RELOAD_PATIENCE]))
    def pass_time(self, seconds: float) -> None:
        """Time passes; those who have waited long are answered from before."""
        if seconds == RELOAD_PATIENCE:
            self.excuse_all()
        self.clock.advance(seconds)

    # Readers

    @rule(data=st.data(), question=st.sampled_from(sorted(QUESTIONS)))
    def ask(self, data: st.DataObject, question: str) -> None:
        """A reader without an open question asks one."""
        idle = [reader for reader in self.readers if reader.question is None]
        if not idle:
            return
        reader = data.draw(st.sampled_from(idle))
        reader.question, reader.must_see = question, self.in_file
        self.answer(QUESTIONS[question], self).addCallback(lambda answer: reader.answers.append(answer.message))

    @rule(question=st.sampled_from(sorted(QUESTIONS)))
    def come_to_rest(self, question: str) -> None:
        """Everybody is answered once the threads have done their work, without time having to pass."""
        self.finish_all()
        assert all(reader.question is None for reader in self.readers)
        if self.in_file is not None:
            assert self.answers_of(question)[-1] == self.versions[self.in_file].answers[question]

    @invariant()
    def every_answer_is_right(self) -> None:
        """Check what has been answered since the last step."""
        for reader in self.readers:
            if reader.answers:
                self.check(reader, reader.answers.pop())

    @invariant()
    def datagrams_never_go_back(self) -> None:
        """What datagrams are answered from is never an earlier snapshot than before."""
        snapshot = self.replies.replies.snapshot
        if not self.snapshots or self.snapshots[-1] is not snapshot:
            assert not any(snapshot is earlier for earlier in self.snapshots)
            self.snapshots.append(snapshot)

    # What the model does

    def check(self, reader: Reader, answer: bytes) -> None:
        """The answer is that of a version, and of none that this reader must not be told any more."""
        assert reader.question is not None
        fitting = [number for number, each in enumerate(self.versions) if each.answers[reader.question] == answer]
        assert fitting, f"of no version: {answer!r}"
        reader.oldest = max(reader.oldest, reader.must_see or 0)
        allowed = [number for number in fitting if number >= reader.oldest]
        assert allowed, f"of version {fitting}, and {reader.oldest} had been seen before"
        reader.oldest = allowed[0]
        reader.question = None

    def answers_of(self, question: str) -> list[bytes]:
        """What somebody new is answered, once the threads have done their work."""
        answers: list[bytes] = []
        self.answer(QUESTIONS[question], self).addCallback(lambda answer: answers.append(answer.message))
        self.finish_all()
        return answers

    def finish_all(self) -> None:
        """Let the threads do their work."""
        self.loader.finish()
        self.workers.finish()
        self.every_answer_is_right()

    def draw_version(self, data: st.DataObject, serial_no: int) -> int:
        """A version that nobody has seen."""
        self.config = data.draw(edited(self.config, max_edits=2))
        return self.new_version(self.config, serial_no)

    def new_version(self, config: JsonObject, serial_no: int) -> int:
        self.versions.append(make_version(config, len(self.versions), serial_no))
        return len(self.versions) - 1

    def put(self, number: int, write: Callable[[bytes], Any]) -> None:
        """Write a version."""
        write(self.versions[number].data)
        self.file_is(number)

    def file_is(self, number: int) -> None:
        self.in_file, self.unfinished = number, None

    def file_is_broken(self) -> None:
        """What was in the file may never have been read."""
        self.in_file, self.unfinished = None, None
        self.excuse_all()

    def excuse_all(self) -> None:
        """Nobody can insist on what was in the file when he asked."""
        for reader in self.readers:
            reader.must_see = None

    def replace(self, data: bytes) -> None:
        temporary = self.path.with_name("new")
        temporary.write_bytes(data)
        temporary.rename(self.path)

    def overwrite(self, data: bytes) -> None:
        """Write in place, as one who does not cut the file off before."""
        if not self.path.exists():
            self.replace(b"")
        with open(self.path, "r+b", buffering=0) as file:
            file.write(data)
            file.truncate()

    def link(self, data: bytes) -> None:
        target = self.path.with_name(f"target{len(self.versions)}")
        target.write_bytes(data)
        temporary = self.path.with_name("link")
        temporary.symlink_to(target.name)
        temporary.rename(self.path)


TestReads = Reads.TestCase
