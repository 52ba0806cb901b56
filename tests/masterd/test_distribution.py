"""Who gets what of a new version, when, and which changes wait for it."""

import base64
import zlib
from collections.abc import Callable
from typing import Any, Final

import pytest
from attrs import evolve
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock

from ganeti_lite.config import EncodedConfig, parse_config
from ganeti_lite.config.ssconf import ssconf_values
from ganeti_lite.masterd import changes
from ganeti_lite.masterd.config_file import ConfigVersion, FileIdentity
from ganeti_lite.masterd.distribution import ConfigDistribution, SharedFile, must_arrive
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import encode_body
from tests.doubles.log_events import logged
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.node_calls import NodeCalls

from .small_cluster import DB, NODE1, NODE2, NODE3, NODE4, NOW, SNAPSHOT, WEB, instance

UPLOAD, SSCONF = "upload_file_single", "write_ssconf_files"
FILE: Final = SharedFile("/data/config.data", "/###-VIRTUAL-PATH-###,/data/config.data")


def version(snapshot: ClusterSnapshot) -> ConfigVersion:
    """A snapshot that was written."""
    encoded = EncodedConfig.of(snapshot)
    return ConfigVersion(encoded, encoded.data, FileIdentity(0, 0, 0, 0))


def tag(snapshot: ClusterSnapshot, *tags: str) -> ClusterSnapshot:
    """After a change that no ssconf value and no daemon depends on."""
    return changes.update(snapshot, evolve(snapshot.instances[WEB], tags=tags), NOW)


def tag_cluster(snapshot: ClusterSnapshot, *tags: str) -> ClusterSnapshot:
    """After a change of an ssconf value that nothing waits for."""
    return changes.update_cluster(snapshot, evolve(snapshot.cluster, tags=tags), NOW)


def set_node(uuid: str, **members: Any) -> ClusterSnapshot:
    """After a change of a node."""
    return changes.update(SNAPSHOT, evolve(SNAPSHOT.nodes[uuid], **members), NOW)


def has_fired(done: Deferred[None]) -> bool:
    """Whether it has."""
    return done.called


def read_copy(arguments: list[Any]) -> ClusterSnapshot:
    """The configuration that a node is sent."""
    encoding, text = arguments[1]
    assert encoding == 1
    return parse_config(zlib.decompress(base64.b64decode(text)))


class Sender:
    """A distribution whose nodes the test answers for."""

    def __init__(self) -> None:
        self.calls = NodeCalls()
        self.clock = Clock()
        self.lines: list[str] = []
        self.spread = ConfigDistribution(self.calls, maybeDeferred, self.clock, FILE)

    def send(self, before: ClusterSnapshot | None, after: ClusterSnapshot) -> Deferred[None]:
        """Distribute a change."""
        return self.spread(before, version(after), self.lines.append)

    def start(self) -> None:
        """Distribute the first version, and have it arrive everywhere."""
        self.send(None, SNAPSHOT)
        self.calls.succeed_all()
        self.calls.made.clear()


@pytest.fixture
def sender() -> Sender:
    """A distribution that has begun."""
    sender = Sender()
    sender.start()
    return sender


def test_everything_is_sent_first() -> None:
    """The file goes to online candidates but the master, the values to every online node."""
    sender = Sender()
    done = sender.send(None, SNAPSHOT)
    assert [(call.method, call.node, call.timeout) for call in sender.calls.made] == [
        (UPLOAD, NODE2, 900.0),
        *[(SSCONF, node, 300.0) for node in (NODE1, NODE2, NODE3)],
    ]
    assert not has_fired(done)
    sender.calls.succeed_all()
    assert has_fired(done)
    assert (sender.lines, sender.clock.getDelayedCalls()) == ([], [])


def test_what_is_sent() -> None:
    """The calls have the forms that Ganeti's node daemons take."""
    sender = Sender()
    after = evolve(SNAPSHOT, mtime=1795376184.75)
    sender.send(None, after)
    (upload,), (ssconf, *_) = sender.calls.take(UPLOAD), sender.calls.take(SSCONF)
    path, _, *rest = upload.arguments
    assert (path, rest) == (FILE.wire_path, [33184, "gnt-masterd", "gnt-confd", 1795376184, 1795376184])
    assert read_copy(upload.arguments).mtime == after.mtime
    assert ssconf.arguments == [ssconf_values(after)]
    assert b'"cluster_name":["beta.example.org"]' in encode_body(ssconf.arguments)


def test_ssconf_values_are_sent_only_if_one_has_changed(sender: Sender) -> None:
    """A change that none depends on sends the file alone."""
    tagged = tag(SNAPSHOT, "x")
    sender.send(SNAPSHOT, tagged)
    assert sender.calls.take(SSCONF) == []
    same = evolve(tagged, cluster=evolve(tagged.cluster, serial_no=99))
    sender.send(tagged, same)
    assert sender.calls.take(SSCONF) == []
    sender.send(same, tag_cluster(same, "y"))
    assert len(sender.calls.take(SSCONF)) == 3


def test_a_new_instance_is_a_new_value(sender: Sender) -> None:
    """Even though it does not step the cluster's serial number."""
    sender.send(SNAPSHOT, changes.rename_instance(SNAPSHOT, DB, "base.example.org", NOW))
    assert "base.example.org" in sender.calls.take(SSCONF)[0].arguments[0]["instance_list"]


def test_a_node_that_does_not_answer_holds_up_nobody(sender: Sender) -> None:
    """Others get every version, it gets the newest one once it answers; the writes wait for none of it."""
    snapshots = [SNAPSHOT]
    for number in range(4):
        snapshots.append(tag_cluster(snapshots[-1], f"tag{number}"))
        assert sender.send(*snapshots[-2:]).called
        for call in sender.calls.take(SSCONF, NODE1) + sender.calls.take(SSCONF, NODE3):
            call.succeed()
    first, slow = sender.calls.take(SSCONF, NODE2), sender.calls.take(UPLOAD, NODE2)
    assert (len(first), len(slow)) == (1, 1)
    first[0].succeed()
    slow[0].fail("late")
    (last,), (copy,) = sender.calls.take(SSCONF, NODE2), sender.calls.take(UPLOAD, NODE2)
    assert last.arguments[0]["cluster_tags"] == ("tag3",)
    assert read_copy(copy.arguments).cluster.tags == ("tag3",)


def test_content_that_is_never_sent_is_never_compressed() -> None:
    """Versions that newer ones overtake cost nothing."""
    calls, runner = NodeCalls(), ManualRunner()
    spread = ConfigDistribution(calls, runner, Clock(), FILE)
    snapshot = SNAPSHOT
    for number in range(3):
        before, snapshot = snapshot, tag(snapshot, f"tag{number}")
        spread(before, version(snapshot), lambda _: None)
    assert len(runner.pending) == 1
    runner.run_all()
    calls.take(UPLOAD)[0].succeed()
    assert len(runner.pending) == 1


def test_failures_are_logged_and_told(sender: Sender) -> None:
    """The lines are those that operators know."""
    with logged() as log:
        assert sender.send(SNAPSHOT, tag_cluster(SNAPSHOT, "x")).called
        sender.calls.take(UPLOAD)[0].fail("no room")
        sender.calls.take(SSCONF, NODE3)[0].fail("no answer")
    assert sender.lines == log.lines
    assert sender.lines == [
        "Copy of file /data/config.data to node node2.example.org failed: no room",
        "Error while uploading ssconf files to node node3.example.org: no answer",
    ]


MUST_ARRIVE: list[tuple[str, ClusterSnapshot, bool]] = [
    ("an instance", tag(SNAPSHOT, "x"), False),
    ("cluster tags", tag_cluster(SNAPSHOT, "x"), False),
    ("a regular node", set_node(NODE3, tags=("x",)), False),
    ("vm_capable", set_node(NODE3, vm_capable=False), True),
    ("a candidate", set_node(NODE2, tags=("x",)), True),
    ("a new candidate", set_node(NODE3, master_candidate=True, drained=False), True),
    ("one candidate less", set_node(NODE2, master_candidate=False), True),
    ("another master", evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, master_node=NODE2)), True),
    ("certificates", evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, candidate_certs={})), True),
    ("hypervisors", evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, enabled_hypervisors=("lxc",))), True),
    ("user shutdown", evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, enabled_user_shutdown=True)), True),
]


@pytest.mark.parametrize(
    ("after", "waits"), [each[1:] for each in MUST_ARRIVE], ids=[each[0].replace(" ", "_") for each in MUST_ARRIVE]
)
def test_which_changes_wait(sender: Sender, after: ClusterSnapshot, waits: bool) -> None:
    """Those of the master, of candidates, and of what daemons on the nodes run; others go on at once."""
    assert must_arrive(SNAPSHOT, after) is waits
    done = sender.send(SNAPSHOT, after)
    assert has_fired(done) is not waits
    sender.calls.succeed_all()
    assert has_fired(done)


def test_patience_ends(sender: Sender) -> None:
    """A change that waits goes on after a while; the call does, too, and its failure is told then."""
    done = sender.send(SNAPSHOT, set_node(NODE2, tags=("x",)))
    sender.clock.advance(59)
    assert not has_fired(done)
    sender.clock.advance(1)
    assert has_fired(done)
    assert sender.lines == ["Some nodes have not confirmed the new configuration after 60 seconds, going on"]
    sender.calls.take(UPLOAD)[0].fail("late")
    assert "late" in sender.lines[-1]


def demote(uuid: str) -> Callable[[ClusterSnapshot], ClusterSnapshot]:
    """A change after which a node is no candidate."""
    return lambda snapshot: changes.update(snapshot, evolve(snapshot.nodes[uuid], master_candidate=False), NOW)


def test_a_daemon_that_stops_waits_for_what_is_on_its_way(sender: Sender) -> None:
    """Not for ever; and not at all if there is nothing."""
    assert has_fired(sender.spread.settle(5.0))
    sender.send(SNAPSHOT, tag(SNAPSHOT, "a"))
    sender.send(SNAPSHOT, tag(SNAPSHOT, "b"))
    settled = sender.spread.settle(5.0)
    assert not has_fired(settled)
    sender.calls.succeed_all()
    assert has_fired(settled)
    sender.send(SNAPSHOT, tag(SNAPSHOT, "c"))
    settled = sender.spread.settle(5.0)
    sender.clock.advance(5.0)
    assert has_fired(settled)
    sender.calls.succeed_all()
    assert not sender.clock.getDelayedCalls()


def test_a_node_that_is_no_candidate_any_more_gets_no_copy(sender: Sender) -> None:
    """What was still to be sent to it is not sent."""
    first, second = tag(SNAPSHOT, "1"), tag(SNAPSHOT, "2")
    sender.send(SNAPSHOT, first)
    sender.send(first, second)
    demoted = demote(NODE2)(second)
    done = sender.send(second, demoted)
    (under_way,) = sender.calls.take(UPLOAD)
    sender.calls.succeed_all()
    assert has_fired(done)
    under_way.succeed()
    assert sender.calls.take(UPLOAD) == []
    sender.send(demoted, tag(demoted, "3"))
    assert sender.calls.take(UPLOAD) == []


def test_offline_nodes_get_nothing(sender: Sender) -> None:
    """Neither values nor the file; the others learn that it is offline."""
    after = set_node(NODE2, offline=True)
    sender.send(SNAPSHOT, after)
    assert sorted(call.node for call in sender.calls.made) == [NODE1, NODE3]
    assert sender.calls.made[0].arguments[0]["offline_nodes"] == ("node2.example.org", "node4.example.org")
    assert NODE4 not in {call.node for call in sender.calls.made}


def test_a_call_that_breaks_is_told(sender: Sender) -> None:
    """As is one that a node refuses."""
    sender.send(SNAPSHOT, changes.update(SNAPSHOT, evolve(instance(WEB), tags=("x",)), NOW))
    sender.calls.take(UPLOAD)[0].done.errback(ValueError("broken"))
    assert sender.lines == ["Copy of file /data/config.data to node node2.example.org failed: broken"]
