"""The queue's files: what is sent of them, and when they are moved."""

from pathlib import Path

from ganeti_lite.masterd.replication._candidate import RENAMES_AT_ONCE, RETRY_AFTER
from tests.masterd.clusters import make_snapshot

from .scene import ONE, TWO, Scene, list_behind


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
