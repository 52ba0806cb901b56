"""A master with a queue, and candidates that keep what they are sent."""

import base64
import zlib
from pathlib import Path
from typing import Any, Final

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from ganeti_lite.masterd.replication import Replication
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess
from tests.masterd.clusters import make_node

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


def list_behind(scene: Scene) -> list[str]:
    """The candidates that do not have everything."""
    return list(scene.replication.behind)
