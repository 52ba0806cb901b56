"""Handing requests on to the job daemon: byte for byte, in parallel, and with a clear error when it is not there."""

import os
from collections.abc import Callable, Generator, Hashable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks, succeed

from confd.relay import JobRelay
from ganeti_lite.errors import LuxiError
from ganeti_lite.serving.luxi import LuxiFactory
from ganeti_lite.serving.needs import Answer
from tests.doubles.reactors import Reactor, run_reactor

OPEN_FILES = Path("/proc/self/fd")


class JobDaemon:
    """A job daemon whose answers the test decides.

    :ivar frames: the requests that it was sent.
    """

    def __init__(self, reactor: Reactor, path: Path, answer: Callable[[bytes], Deferred[Answer]]) -> None:
        self.frames: list[bytes] = []
        self._answer = answer
        factory = LuxiFactory(self._note, reactor)
        self._port = reactor.listenUNIX(str(path), factory)

    def _note(self, frame: bytes, _client: Hashable) -> Deferred[Answer]:
        self.frames.append(frame)
        return self._answer(frame)

    def stop(self) -> Deferred[object]:
        """Listen no longer."""
        stopped: Deferred[object] = self._port.stopListening()
        return stopped


def echo(frame: bytes) -> Deferred[Answer]:
    """The request itself as the answer."""
    return succeed(Answer(frame + b"\x03"))


def relaying(
    path: Path,
    answer: Callable[[bytes], Deferred[Answer]],
    ask: Callable[[JobRelay, JobDaemon], Generator[Deferred[Any], Any, Any]],
) -> Any:
    """What *ask* returns, given a started relay and the daemon that it relays to."""

    @inlineCallbacks
    def run(reactor: Reactor) -> Generator[Deferred[Any], Any, Any]:
        daemon = JobDaemon(reactor, path, answer)
        relay = JobRelay(str(path), reactor)
        relay.startService()
        try:
            outcome = yield from ask(relay, daemon)
        finally:
            relay.stopService()
            yield daemon.stop()
        return outcome

    return run_reactor(run)


def test_requests_and_answers_are_passed_on_as_they_are(tmp_path: Path) -> None:
    """Neither bytes that are no UTF-8 nor odd spelling are touched."""
    frames = [b'{"method": "SubmitJob",  "args": [[]]}', b'{"args":["\xe4"],"method":"CancelJob"}']

    def ask(relay: JobRelay, daemon: JobDaemon) -> Generator[Deferred[Any], Any, list[bytes]]:
        answers = [(yield relay.ask(frames[0])), (yield relay.ask(frames[1]))]
        assert daemon.frames == frames
        return answers

    assert relaying(tmp_path / "s", echo, ask) == [frame + b"\x03" for frame in frames]


def test_a_slow_request_holds_up_no_other(tmp_path: Path) -> None:
    """Each request under way has a connection of its own."""
    slow: Deferred[Answer] = Deferred()

    def answer(frame: bytes) -> Deferred[Answer]:
        return slow if frame == b"slow" else echo(frame)

    def ask(relay: JobRelay, daemon: JobDaemon) -> Generator[Deferred[Any], Any, list[bytes]]:
        waiting = relay.ask(b"slow")
        others = yield gatherResults([relay.ask(b"%d" % number) for number in range(40)])
        assert not waiting.called
        slow.callback(Answer(b"at last\x03"))
        return [*others, (yield waiting)]

    answers = relaying(tmp_path / "s", answer, ask)
    assert answers == [b"%d\x03" % number for number in range(40)] + [b"at last\x03"]


def test_without_a_daemon_nothing_is_done(tmp_path: Path) -> None:
    """The error says so, and where the daemon was looked for; as soon as there is one it is asked."""
    path = tmp_path / "s"

    @inlineCallbacks
    def run(reactor: Reactor) -> Generator[Deferred[Any], Any, bytes]:
        relay = JobRelay(str(path), reactor)
        relay.startService()
        with pytest.raises(LuxiError, match=f"nothing was done: {path}: No such file"):
            yield relay.ask(b"early")
        daemon = JobDaemon(reactor, path, echo)
        answer: bytes = yield relay.ask(b"late")
        relay.stopService()
        yield daemon.stop()
        return answer

    assert run_reactor(run) == b"late\x03"


def test_a_daemon_that_dies_leaves_it_open_what_was_done(tmp_path: Path) -> None:
    """Who has sent a request and gets no answer is told that it may have been carried out."""

    def ask(relay: JobRelay, daemon: JobDaemon) -> Generator[Deferred[Any], Any, None]:
        with pytest.raises(LuxiError, match="not known whether the request was carried out"):
            yield relay.ask(b"fatal")
        assert (yield relay.ask(b"next")) == b"next\x03"

    def answer(frame: bytes) -> Deferred[Answer]:
        return succeed(Answer(b"", closes=True)) if frame == b"fatal" else echo(frame)

    relaying(tmp_path / "s", answer, ask)


def test_a_daemon_that_hangs_up_behind_an_answer_spoils_no_other(tmp_path: Path) -> None:
    """As both job daemons do behind a request that they cannot read: the next one is another client's."""

    def ask(relay: JobRelay, _daemon: JobDaemon) -> Generator[Deferred[Any], Any, list[bytes]]:
        return [(yield relay.ask(b"unreadable")), (yield relay.ask(b"fine"))]

    def answer(frame: bytes) -> Deferred[Answer]:
        return succeed(Answer(frame + b"\x03", closes=frame == b"unreadable"))

    assert relaying(tmp_path / "s", answer, ask) == [b"unreadable\x03", b"fine\x03"]


def test_no_connection_is_left(tmp_path: Path) -> None:
    """Neither of requests that were answered nor of one that was abandoned; at the end all are closed."""
    never: Deferred[Answer] = Deferred()

    def answer(frame: bytes) -> Deferred[Answer]:
        return never if frame == b"never" else echo(frame)

    def ask(relay: JobRelay, daemon: JobDaemon) -> Generator[Deferred[Any], Any, None]:
        yield relay.ask(b"first")
        begun = len(os.listdir(OPEN_FILES))
        for _ in range(20):
            yield relay.ask(b"next")
        assert len(os.listdir(OPEN_FILES)) == begun
        abandoned = relay.ask(b"never").addErrback(lambda _: None)
        yield relay.ask(b"meanwhile")
        abandoned.cancel()
        yield relay.ask(b"afterwards")
        assert len(daemon.frames) == 24

    def nothing(_relay: JobRelay, _daemon: JobDaemon) -> Generator[Deferred[Any], Any, None]:
        yield succeed(None)

    counts = [len(os.listdir(OPEN_FILES))]
    for index, what in enumerate((nothing, ask)):
        relaying(tmp_path / f"{index}", answer, what)
        counts.append(len(os.listdir(OPEN_FILES)))
    assert counts[2] - counts[1] == counts[1] - counts[0]  # a reactor of one's own leaves some behind
