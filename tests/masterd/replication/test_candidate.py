"""One candidate: what it is sent together, in which order, and when it is behind."""

from ganeti_lite.masterd.replication._candidate import LIMIT, RETRY_AFTER
from tests.doubles.log_events import LogLines
from tests.masterd.clusters import make_node, make_snapshot

from .scene import ONE, REFUSED, Scene, list_behind


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
