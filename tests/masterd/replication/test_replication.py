"""What master candidates are sent, and who waits for it."""

from pathlib import Path

from ganeti_lite.masterd.replication import PATIENCE
from ganeti_lite.masterd.replication._candidate import RETRY_AFTER
from tests.doubles.log_events import LogLines
from tests.masterd.clusters import make_node, make_snapshot

from .scene import ONE, REFUSED, TWO, Peer, Scene, list_behind


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
