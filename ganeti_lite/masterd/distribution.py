"""Distribution of the configuration: the file to the other master candidates, ssconf values to every node.

Offline nodes get nothing. A node that does not answer, or not yet, holds up no write and no other node: there is one
call under way to each, and after it the newest content is sent. That a node did not get something is logged, and told
to the job that changed it; nothing else comes of it.

Source: which calls wconfd of Ganeti 3.0 makes, and which changes wait for them.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, TypeVar

from attrs import frozen
from twisted.internet.defer import Deferred, gatherResults, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.config.ssconf import SsconfValues, has_same_sources, ssconf_values
from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import ClusterSnapshot, Node
from ganeti_lite.wire.noderpc import RpcResult, encode_text

from .config_file import ConfigVersion
from .node_calls import Call
from .outbox import Outbox, Outcome
from .prepared import Prepared

UPLOAD_TIMEOUT: Final = 900.0
SSCONF_TIMEOUT: Final = 300.0
"""Seconds that a node has for each of the two calls, as with wconfd."""

PATIENCE: Final = 60.0
"""Seconds that a change waits for its arrival, if it has to. Then it goes on: a node that takes so long is as good as
one that does not answer, and the content is still on its way to it."""

REGULAR_FILE: Final = 0o100640
"""The mode that candidates give the file, as their daemon wants it: all of ``st_mode``."""

T = TypeVar("T")


@frozen
class SharedFile:
    """config.data as other nodes are told it.

    :ivar path: where it is here, for messages; ``wire_path`` how the nodes are told that.
    :ivar user: whom it belongs to there, by name, and ``group``.
    """

    path: str
    wire_path: str
    user: str = "gnt-masterd"
    group: str = "gnt-confd"


def must_arrive(before: ClusterSnapshot, after: ClusterSnapshot) -> bool:
    """Whether a change waits until the nodes know it: one of the master, of candidates, or of what daemons run."""
    return _watched(before) != _watched(after)


def _watched(snapshot: ClusterSnapshot) -> tuple[object, ...]:
    cluster, nodes = snapshot.cluster, snapshot.nodes.values()
    return (
        (cluster.candidate_certs, cluster.master_node, cluster.enabled_user_shutdown, cluster.enabled_hypervisors),
        [node for node in nodes if node.master_candidate or node.uuid == cluster.master_node],
        [(node.uuid, node.vm_capable) for node in nodes],
    )


def list_copies(snapshot: ClusterSnapshot) -> list[Node]:
    """The nodes that get the file: online master candidates, but not the master, which has written it."""
    return [
        node
        for node in snapshot.nodes.ordered
        if node.master_candidate and not node.offline and node.uuid != snapshot.cluster.master_node
    ]


def list_online(snapshot: ClusterSnapshot) -> list[Node]:
    """The nodes that get the ssconf values: all that are not offline, the master too."""
    return [node for node in snapshot.nodes.ordered if not node.offline]


class ConfigDistribution:
    """Sends versions of the configuration to the nodes; see :class:`~.config_writer.Distribute`.

    :param call: makes the calls.
    :param run: runs the compressing in a worker thread.
    :param clock: measures the patience.
    """

    log = Logger()

    def __init__(
        self, call: Call, run: Runner, clock: IReactorTime, file: SharedFile, patience: float = PATIENCE
    ) -> None:
        self._call = call
        self._run = run
        self._clock = clock
        self._file = file
        self._patience = patience
        self._copies: dict[str, Outbox[Prepared[list[Any]]]] = {}
        self._ssconfs: dict[str, Outbox[list[Any]]] = {}
        self._sent: tuple[ClusterSnapshot, SsconfValues] | None = None
        self._on_its_way = 0
        self._settling: list[Deferred[None]] = []

    def __call__(
        self, before: ClusterSnapshot | None, after: ConfigVersion, tell: Callable[[str], None]
    ) -> Deferred[None]:
        """Send the version *after*; everything, whether or not it has changed, if it comes after nothing."""
        snapshot = after.snapshot
        if before is None:
            self._sent = None
        report = partial(self._report, tell)
        on_its_way = [*self._send_copies(after, report), *self._send_ssconf(snapshot, report)]
        self._on_its_way += 1
        arrival = gatherResults(on_its_way).addBoth(self._note_arrival)
        if before is not None and not must_arrive(before, snapshot):
            return succeed(None)
        return self._wait(arrival, tell)

    def settle(self, patience: float) -> Deferred[None]:
        """Done when nothing is on its way any more, or after so many seconds; a daemon that stops waits for this."""
        if not self._on_its_way:
            return succeed(None)
        settled: Deferred[None] = Deferred()
        self._settling.append(settled)
        return settled.addTimeout(patience, self._clock, lambda *_: None)

    def _note_arrival(self, outcome: object) -> None:
        if isinstance(outcome, Failure):
            self.log.failure("sending the configuration", outcome)
        self._on_its_way -= 1
        if not self._on_its_way:
            settling, self._settling = self._settling, []
            for settled in settling:
                settled.callback(None)

    def _send_copies(self, version: ConfigVersion, report: Callable[[str, Outcome], None]) -> list[Deferred[None]]:
        arguments = Prepared(lambda: self._run(partial(_list_upload_arguments, self._file, version)))
        nodes = list_copies(version.snapshot)
        boxes = _open_boxes(self._copies, nodes, self._make_copy_box)
        failed = f"Copy of file {self._file.path} to node {{}} failed"
        return [
            boxes[node.uuid].put(arguments).addCallback(partial(report, failed.format(node.name))) for node in nodes
        ]

    def _send_ssconf(self, snapshot: ClusterSnapshot, report: Callable[[str, Outcome], None]) -> list[Deferred[None]]:
        """Send the values to every node if one of them has changed since they were sent."""
        nodes = list_online(snapshot)
        boxes = _open_boxes(self._ssconfs, nodes, self._make_ssconf_box)
        if self._sent is not None and has_same_sources(self._sent[0], snapshot):
            return []
        sent, self._sent = self._sent, (snapshot, ssconf_values(snapshot))
        if sent is not None and sent[1] == self._sent[1]:
            return []
        arguments = [self._sent[1]]  # the same list for all nodes, so that it can be encoded once
        failed = "Error while uploading ssconf files to node {}"
        return [
            boxes[node.uuid].put(arguments).addCallback(partial(report, failed.format(node.name))) for node in nodes
        ]

    def _make_copy_box(self, node: str) -> Outbox[Prepared[list[Any]]]:
        def send(prepared: Prepared[list[Any]]) -> Deferred[RpcResult]:
            return prepared.get().addCallback(partial(self._call_one, "upload_file_single", node, UPLOAD_TIMEOUT))

        return Outbox(send)

    def _make_ssconf_box(self, node: str) -> Outbox[list[Any]]:
        return Outbox(partial(self._call_one, "write_ssconf_files", node, SSCONF_TIMEOUT))

    def _call_one(self, method: str, node: str, timeout: float, arguments: list[Any]) -> Deferred[RpcResult]:
        return self._call(method, {node: arguments}, timeout).addCallback(lambda results: results[node])

    def _report(self, tell: Callable[[str], None], failed: str, outcome: Outcome) -> None:
        if outcome is not None:
            self.log.error("{line}", line=f"{failed}: {outcome}")
            tell(f"{failed}: {outcome}")

    def _wait(self, arrival: Deferred[None], tell: Callable[[str], None]) -> Deferred[None]:
        """What fires when *arrival* does, or when patience ends."""
        done: Deferred[None] = Deferred()

        def go_on() -> None:
            tell(f"Some nodes have not confirmed the new configuration after {self._patience:g} seconds, going on")
            done.callback(None)

        timer = self._clock.callLater(self._patience, go_on)

        def arrive(_: None) -> None:
            if timer.active():
                timer.cancel()
                done.callback(None)

        arrival.addCallback(arrive)
        return done


def _open_boxes(
    boxes: dict[str, Outbox[T]], nodes: Iterable[Node], make: Callable[[str], Outbox[T]]
) -> dict[str, Outbox[T]]:
    """*boxes* with one for each of *nodes*; those of other nodes are cleared, for these are not to have it any more."""
    wanted = {node.uuid for node in nodes}
    for uuid in boxes.keys() - wanted:
        boxes[uuid].clear()
        if not boxes[uuid].is_busy:
            del boxes[uuid]
    for uuid in wanted - boxes.keys():
        boxes[uuid] = make(uuid)
    return boxes


def _list_upload_arguments(file: SharedFile, version: ConfigVersion) -> list[Any]:
    """The arguments of ``upload_file_single``; takes time, for the content is compressed."""
    written = int(version.snapshot.mtime)
    return [file.wire_path, encode_text(version.data), REGULAR_FILE, file.user, file.group, written, written]
