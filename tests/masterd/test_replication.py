"""What master candidates are sent, and who waits for it."""

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.masterd.replication import PATIENCE, Replication
from ganeti_lite.masterd.replication._candidate import LIMIT, RENAMES_AT_ONCE, RETRY_AFTER
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess
from tests.doubles.log_events import LogLines, logged

from .clusters import make_node, make_snapshot

ONE, TWO = make_node("one", "192.0.2.1"), make_node("two", "192.0.2.2")
OFFLINE, REGULAR = make_node("off", offline=True), make_node("plain", candidate=False)
REFUSED: Final = RpcFailure("connection refused")
VIRTUAL: Final = "/###-VIRTUAL-PATH-###,/var/lib/ganeti/queue"


class Peer:
    """A node that keeps what it is sent, as a real one does.

    :ivar files: names below the queue directory → contents.
    :ivar log: calls so far, with the names that they are about.
    :ivar waiting: calls that have no answer yet; None while the node answers at once.
    :ivar refusal: what it says instead of doing anything.
    :param at_once: calls that it may be sent together.
    """

    def __init__(self, at_once: int) -> None:
        self.files: dict[str, str] = {"job-999": "of another cluster"}
        self.is_drained = False
        self.log: list[tuple[str, ...]] = []
        self.waiting: list[Deferred[RpcFailure | None]] | None = None
        self.refusal: RpcFailure | None = None
        self.under_way = 0
        self._at_once = at_once

    def call(self, method: str, arguments: list[Any]) -> Deferred[RpcResult]:
        """Answer, now or when the test says so."""
        assert self.under_way < self._at_once
        result = self.refusal or self._do(method, arguments)
        if self.waiting is None:
            return succeed(result)
        self.under_way += 1
        answer: Deferred[RpcFailure | None] = Deferred(lambda deferred: deferred.callback(RpcFailure("cancelled")))
        self.waiting.append(answer)
        return answer.addCallback(self._end, result)

    def answer(self) -> None:
        """Answer what waits."""
        assert self.waiting is not None
        waiting, self.waiting[:] = tuple(self.waiting), []
        for answer in waiting:
            answer.callback(None)

    def _end(self, said: RpcFailure | None, result: RpcResult) -> RpcResult:
        self.under_way -= 1
        return said or result

    def _do(self, method: str, arguments: list[Any]) -> RpcResult:
        match method, arguments:
            case "jobqueue_update", [path, [encoding, packed]]:
                text = zlib.decompress(base64.b64decode(packed)).decode() if encoding else packed
                self.files[_strip(path)] = text
                self.log.append(("update", _strip(path)))
            case "jobqueue_rename", [pairs]:
                self.log.append(("rename", *(_strip(old) for old, _ in pairs)))
                for old, new in pairs:
                    if _strip(old) not in self.files:
                        return RpcFailure(f"[Errno 2] No such file or directory: {old!r}")
                    self.files[_strip(new)] = self.files.pop(_strip(old))
            case "jobqueue_set_drain_flag", [flag]:
                self.is_drained = flag
                self.log.append(("drain",))
            case "jobqueue_purge", []:
                self.files.clear()
                self.log.append(("purge",))
            case _:
                raise AssertionError(f"no such call: {method} {arguments}")
        return RpcSuccess(None)


def _strip(path: str) -> str:
    assert path.startswith(VIRTUAL + "/")
    return path.removeprefix(VIRTUAL + "/")


class Scene:
    """A master with a queue, and nodes by address.

    :param at_once: calls that a node may be sent together; with one the order is that of what was told.
    """

    def __init__(self, root: Path, at_once: int = 1) -> None:
        self.clock = Clock()
        self.queue = root / "var/lib/ganeti/queue"
        self.queue.mkdir(parents=True)
        self.peers = {address: Peer(at_once) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.200")}
        self.replication = Replication(self.clock, self._call, GanetiPaths(str(root)), at_once=at_once)

    def _call(self, address: str, method: str, arguments: list[Any], timeout: float) -> Deferred[RpcResult]:
        assert timeout in (60.0, 900.0)
        return self.peers[address].call(method, arguments)

    @property
    def one(self) -> Peer:
        """The first candidate."""
        return self.peers["192.0.2.1"]

    @property
    def two(self) -> Peer:
        """The second one."""
        return self.peers["192.0.2.2"]

    def write(self, name: str, text: str) -> None:
        """Put a file into the master's queue."""
        path = self.queue / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def archive(self, name: str) -> None:
        """Move a job's file into the archive."""
        (self.queue / "archive/0").mkdir(parents=True, exist_ok=True)
        (self.queue / name).rename(self.queue / "archive/0" / name)

    def follow(self, snapshot: ClusterSnapshot) -> None:
        """Follow a snapshot, and forget how the candidates have come to what they have."""
        self.replication.follow(snapshot)
        for peer in self.peers.values():
            peer.log.clear()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Two candidates, a node that is offline and one that is nothing; the queue has a serial and two jobs."""
    scene = Scene(tmp_path)
    scene.write("serial", "2\n")
    scene.write("job-1", "first")
    scene.write("job-2", "x" * 1000)
    scene.follow(make_snapshot(ONE, TWO, OFFLINE, REGULAR))
    return scene


@pytest.fixture
def log() -> Iterator[LogLines]:
    """What is logged."""
    with logged() as lines:
        yield lines


def list_behind(scene: Scene) -> list[str]:
    """The candidates that do not have everything."""
    return list(scene.replication.behind)


def test_candidates_have_what_was_written(scene: Scene) -> None:
    """Short and long files; whoever waits is told when all have them. The master is not sent its own files."""
    done = scene.replication.replicate(["serial", "job-2"])
    assert done.called
    for peer in (scene.one, scene.two):
        assert peer.log == [("update", "serial"), ("update", "job-2")]
        assert (peer.files["serial"], peer.files["job-2"]) == ("2\n", "x" * 1000)
    assert scene.peers["192.0.2.200"].log == []
    assert not scene.clock.getDelayedCalls()


def test_first_candidates_are_sent_serial_and_drain_flag(tmp_path: Path) -> None:
    """They have had a copy before this daemon started."""
    scene = Scene(tmp_path)
    scene.write("serial", "7\n")
    scene.write("job-1", "first")
    scene.write("drain", "")
    scene.replication.follow(make_snapshot(ONE))
    assert scene.one.log == [("update", "serial"), ("drain",)]
    assert scene.one.is_drained
    assert list_behind(scene) == []


def test_newest_content_wins(scene: Scene) -> None:
    """One call at a time; what changes meanwhile is sent once, as it is when its turn comes."""
    scene.one.waiting = []
    waits = [scene.replication.replicate(["job-1"]) for _ in range(3)]
    scene.write("job-1", "third")
    waits += [scene.replication.replicate(["job-1"]), scene.replication.replicate(["serial"])]
    assert scene.two.files["job-1"] == "third"
    scene.one.answer()
    assert [wait.called for wait in waits] == [True, False, False, False, False]
    scene.one.answer()
    assert [wait.called for wait in waits] == [True, True, True, True, False]
    scene.one.answer()
    assert waits[-1].called
    assert scene.one.log == [("update", "job-1"), ("update", "job-1"), ("update", "serial")]
    assert scene.one.files["job-1"] == "third"


def test_slow_candidate_holds_nobody_up(scene: Scene, log: LogLines) -> None:
    """After two seconds it is not waited for, from then on not at all; that is said once. It gets what it lacks."""
    scene.one.waiting = []
    told: list[object] = []
    for name in ("job-1", "job-2"):
        scene.replication.replicate([name]).addCallback(told.append)
    scene.clock.advance(PATIENCE - 0.1)
    assert told == []
    scene.clock.advance(0.1)
    assert told == [None, None]
    assert list_behind(scene) == ["one"]
    for _ in range(5):
        assert scene.replication.replicate(["serial"]).called
    assert log.lines == ["master candidate one is behind with the job queue: no answer within 2 s"]
    for _ in range(3):
        scene.one.answer()
    assert scene.one.log == [("update", "job-1"), ("update", "job-2"), ("update", "serial")]
    assert list_behind(scene) == []
    assert log.lines[1:] == ["master candidate one has the whole job queue again"]
    assert not scene.replication.replicate(["serial"]).called


def test_candidate_that_refuses_gets_what_it_lacks_later(scene: Scene, log: LogLines) -> None:
    """It is not waited for at all, tried every ten seconds, and each name is remembered once."""
    scene.one.refusal = REFUSED
    for text in ("second", "third"):
        scene.write("job-1", text)
        assert scene.replication.replicate(["serial", "job-1"]).called
    scene.clock.advance(RETRY_AFTER)
    assert scene.one.log == []
    scene.one.refusal = None
    scene.clock.advance(RETRY_AFTER)
    assert sorted(scene.one.log) == [("update", "job-1"), ("update", "serial")]
    assert scene.one.files["job-1"] == "third"
    assert len(log.lines) == 2
    assert not scene.clock.getDelayedCalls()


def test_archive(scene: Scene) -> None:
    """Jobs are moved together, after what was written before; as many at once as a call may take."""
    scene.replication.replicate(["job-1", "job-2"])
    scene.archive("job-1")
    scene.archive("job-2")
    assert scene.replication.archive(["job-1", "job-2"]).called
    assert scene.one.log[-1] == ("rename", "job-1", "job-2")
    assert {name for name in scene.one.files if name.startswith("archive")} == {"archive/0/job-1", "archive/0/job-2"}

    many = [f"job-{number}" for number in range(3, 4 + RENAMES_AT_ONCE)]
    for name in many:
        scene.write(name, name)
    scene.replication.replicate(many)
    scene.follow(make_snapshot(ONE, TWO))
    scene.one.waiting = []
    scene.replication.replicate(["serial"])
    for name in many:
        scene.archive(name)
    scene.replication.archive(many)
    for _ in range(3):
        scene.one.answer()
    assert [len(names) for _, *names in scene.one.log] == [1, RENAMES_AT_ONCE, 1]


def test_archived_before_it_was_sent(scene: Scene) -> None:
    """The last content is sent under the name that it had, then moved."""
    scene.one.waiting = []
    scene.replication.replicate(["serial", "job-1"])
    scene.archive("job-1")
    told: list[object] = []
    scene.replication.archive(["job-1"]).addCallback(told.append)
    for _ in range(3):
        assert told == []
        scene.one.answer()
    assert told == [None]
    assert scene.one.log == [("update", "serial"), ("update", "job-1"), ("rename", "job-1")]
    assert scene.one.files["archive/0/job-1"] == "first"


def test_job_that_the_candidate_never_had_is_sent_and_moved(scene: Scene) -> None:
    """A move that fails is made good, and does not keep others from theirs."""
    scene.replication.replicate(["job-2"])
    for name in ("job-1", "job-2"):
        scene.archive(name)
    scene.replication.archive(["job-1", "job-2"])
    scene.clock.advance(RETRY_AFTER)
    assert scene.one.files == scene.two.files
    assert {"archive/0/job-1", "archive/0/job-2"} <= scene.one.files.keys()
    assert list_behind(scene) == []


def test_file_that_is_gone_is_not_sent(scene: Scene) -> None:
    """Nobody waits for it for ever."""
    assert scene.replication.replicate(["job-77"]).called
    assert scene.one.log == []


def test_drain_flag(scene: Scene) -> None:
    """As it is when it is sent."""
    for change, is_drained in ((Path.touch, True), (Path.unlink, False)):
        change(scene.queue / "drain")
        scene.replication.replicate(["drain"])
        assert scene.one.is_drained is is_drained
    assert "drain" not in scene.one.files


def test_new_candidate_gets_everything(scene: Scene, log: LogLines) -> None:
    """It is purged first, sent all live jobs, serial and drain flag, and not waited for until it has them."""
    scene.archive("job-1")
    scene.write("job-3", "third")
    scene.follow(make_snapshot(ONE))
    scene.two.waiting = []
    scene.follow(make_snapshot(ONE, TWO))
    assert scene.replication.replicate(["job-3"]).called
    assert list_behind(scene) == ["two"]
    for _ in range(5):
        scene.two.answer()
    assert list_behind(scene) == []
    assert scene.two.log == [("update", "job-2"), ("update", "job-3"), ("update", "serial"), ("drain",)]
    assert scene.two.files == {"job-2": "x" * 1000, "job-3": "third", "serial": "2\n"}
    assert log.lines == []


def test_new_candidate_that_refuses(scene: Scene, log: LogLines) -> None:
    """It is tried until it takes the copy; that it does not is said once."""
    scene.follow(make_snapshot(ONE))
    scene.two.refusal = REFUSED
    scene.follow(make_snapshot(ONE, TWO))
    scene.clock.pump([RETRY_AFTER] * 3)
    assert log.lines == ["master candidate two is behind with the job queue: connection refused"]
    scene.two.refusal = None
    scene.clock.advance(RETRY_AFTER)
    assert scene.two.files.keys() == {"job-1", "job-2", "serial"}
    assert len(log.lines) == 2


def test_former_candidate_is_purged(scene: Scene, log: LogLines) -> None:
    """Once, after what is under way; a node that is offline or gone is left alone."""
    scene.one.waiting = []
    waiting = scene.replication.replicate(["job-1"])
    scene.replication.follow(make_snapshot(make_node("one", "192.0.2.1", candidate=False)))
    assert waiting.called
    scene.one.answer()
    scene.one.answer()
    assert scene.one.log == [("update", "job-1"), ("purge",)]
    assert scene.one.files == {}
    assert scene.two.log == [("update", "job-1")]
    assert scene.replication.replicate(["job-1"]).called
    assert len(log.lines) == 1


def test_former_candidate_that_does_not_answer(scene: Scene, log: LogLines) -> None:
    """Its copy stays; that is said."""
    scene.one.refusal = REFUSED
    scene.follow(make_snapshot(make_node("one", "192.0.2.1", candidate=False), TWO))
    assert log.lines == [
        "one is no master candidate any more; its copy of the job queue is left on it: connection refused"
    ]
    assert not scene.clock.getDelayedCalls()


def test_candidate_again_before_it_was_purged(scene: Scene) -> None:
    """Nothing that it is sent is deleted later."""
    scene.one.waiting = []
    scene.follow(make_snapshot(make_node("one", "192.0.2.1", candidate=False), TWO))
    scene.follow(make_snapshot(ONE, TWO))
    for _ in range(5):
        scene.one.answer()
    assert scene.one.files == {"job-1": "first", "job-2": "x" * 1000, "serial": "2\n"}
    assert list_behind(scene) == []


def test_candidate_that_goes_offline_and_comes_back(scene: Scene) -> None:
    """It is like a new one, at another address, too."""
    scene.follow(make_snapshot(make_node("one", offline=True), TWO))
    assert scene.replication.replicate(["job-1"]).called
    assert scene.one.log == []
    scene.peers["192.0.2.99"] = Peer(1)
    scene.replication.follow(make_snapshot(make_node("one", "192.0.2.99"), TWO))
    assert scene.peers["192.0.2.99"].files.keys() == {"job-1", "job-2", "serial"}


def test_memory_is_bounded(scene: Scene, log: LogLines) -> None:
    """A candidate that lacks too much is given everything anew."""
    scene.follow(make_snapshot(ONE))
    scene.one.refusal = REFUSED
    scene.replication.replicate(["job-1"])
    assert scene.replication.replicate(f"job-{number}" for number in range(10, 20 + LIMIT)).called
    scene.one.refusal = None
    scene.clock.advance(RETRY_AFTER)
    assert scene.one.log == [("purge",), ("update", "job-1"), ("update", "job-2"), ("update", "serial"), ("drain",)]
    assert scene.one.files.keys() == {"job-1", "job-2", "serial"}
    assert len(log.lines) == 2


def test_stop(scene: Scene, log: LogLines) -> None:
    """Nobody waits any longer, and no call is made."""
    scene.one.waiting = []
    scene.two.refusal = REFUSED
    waiting = scene.replication.replicate(["serial", "job-1"])
    scene.replication.stop()
    assert waiting.called
    assert scene.one.under_way == 0
    assert not scene.clock.getDelayedCalls()
    assert scene.replication.replicate(["serial"]).called
    assert log.failures == []


def test_waiting_may_be_cancelled(scene: Scene) -> None:
    """The files are sent all the same."""
    scene.one.waiting = []
    waiting = scene.replication.replicate(["serial", "job-1"])
    waiting.addErrback(lambda _: None)
    waiting.cancel()
    assert not scene.clock.getDelayedCalls()
    scene.one.answer()
    scene.one.answer()
    assert scene.one.log == [("update", "serial"), ("update", "job-1")]


@pytest.fixture
def wide(tmp_path: Path) -> Scene:
    """One candidate, which may be sent three calls together."""
    scene = Scene(tmp_path, at_once=3)
    scene.write("serial", "5\n")
    for number in range(1, 6):
        scene.write(f"job-{number}", f"job {number}")
    scene.follow(make_snapshot(ONE))
    scene.one.waiting = []
    return scene


def test_several_files_are_sent_together(wide: Scene) -> None:
    """So many at once, in their order; whoever waits for one does not wait for the others."""
    waits = [wide.replication.replicate([f"job-{number}"]) for number in range(1, 6)]

    def list_told() -> list[int]:
        return [number for number, wait in enumerate(waits, 1) if wait.called]

    assert wide.one.log == [("update", f"job-{number}") for number in (1, 2, 3)]
    assert wide.one.waiting
    wide.one.waiting.pop(1).callback(None)
    assert list_told() == [2]
    assert wide.one.log[3:] == [("update", "job-4")]
    wide.one.answer()
    wide.one.answer()
    assert list_told() == [1, 2, 3, 4, 5]
    assert list_behind(wide) == []


def test_of_one_file_there_is_one_call(wide: Scene) -> None:
    """An older content never comes after a newer one; what is behind it need not wait."""
    for name in ("job-1", "job-1", "job-2"):
        wide.replication.replicate([name])
    assert wide.one.log == [("update", "job-1"), ("update", "job-2")]
    wide.archive("job-1")
    wide.replication.archive(["job-1"])
    assert len(wide.one.log) == 2
    wide.one.answer()
    wide.one.answer()
    assert wide.one.log[2:] == [("update", "job-1"), ("rename", "job-1")]


def test_a_job_is_never_there_before_its_number(wide: Scene) -> None:
    """Who becomes the master with that copy would give the number again."""
    wide.replication.replicate(["job-1"])
    wide.replication.replicate(["serial"])
    wide.replication.replicate(["job-2", "job-3"])
    assert wide.one.log == [("update", "job-1"), ("update", "serial")]
    wide.one.answer()
    assert wide.one.log[2:] == [("update", "job-2"), ("update", "job-3")]


def test_what_is_new_overtakes_what_is_sent_to_be_sure(wide: Scene) -> None:
    """As when a daemon starts with many jobs: its first submission does not wait for all of them."""
    wide.replication.refresh([f"job-{number}" for number in range(1, 5)])
    assert wide.one.log == [("update", "job-1")]
    done = wide.replication.replicate(["job-4", "job-5"])
    assert list_behind(wide) == []
    assert wide.one.log[1:] == [("update", "job-4"), ("update", "job-5")]
    wide.one.answer()
    assert done.called
    wide.one.answer()
    wide.one.answer()
    assert wide.one.log[3:] == [("update", "job-2"), ("update", "job-3")]
    assert not wide.one.under_way


def test_a_candidate_is_purged_alone(wide: Scene) -> None:
    """After what is under way, and before anything else."""
    wide.replication.replicate(["job-1", "job-2"])
    wide.follow(make_snapshot(make_node("one", "192.0.2.1", candidate=False)))
    wide.follow(make_snapshot(ONE))
    assert wide.one.log == []
    wide.one.answer()
    assert wide.one.log == [("purge",)]
    for _ in range(7):
        wide.one.answer()
    assert wide.one.files.keys() == {"serial", *(f"job-{number}" for number in range(1, 6))}


def test_one_failure_is_enough_for_a_pause(wide: Scene) -> None:
    """All that are under way may fail; it is tried again once, after a while, and then has everything."""
    wide.replication.replicate([f"job-{number}" for number in range(1, 6)])
    waiting = wide.one.waiting
    assert waiting is not None
    for call in tuple(waiting):
        waiting.remove(call)
        call.callback(REFUSED)
    assert len(wide.one.log) == 3
    assert len(wide.clock.getDelayedCalls()) == 1
    wide.clock.advance(RETRY_AFTER)
    for _ in range(3):
        wide.one.answer()
    assert list_behind(wide) == []
    assert {"job-1", "job-5"} <= wide.one.files.keys()


def test_a_stop_ends_all_calls(wide: Scene) -> None:
    """Nothing is left to happen."""
    done = wide.replication.replicate([f"job-{number}" for number in range(1, 6)])
    wide.replication.stop()
    assert done.called
    assert wide.one.under_way == 0
    assert not wide.clock.getDelayedCalls()
