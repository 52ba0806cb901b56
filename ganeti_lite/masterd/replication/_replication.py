"""All master candidates, and those who wait until they have what was written."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.snapshot import ClusterSnapshot, Node

from ._candidate import CALLS_AT_ONCE, CallAddress, Candidate
from ._files import DRAIN, SERIAL, QueueFiles
from ._lacking import Work

PATIENCE: Final = 2.0
"""Seconds that somebody waits for a candidate. One that is well takes some hundredths of a second for each file; a job
whose copies come later is still safe on the master's disk."""


class Replication:
    """Sends what changes in the queue to every master candidate but the master, unless it is marked offline.

    Contents are read when they are sent: what is told here is only that they are not what they were. What a candidate
    could not be sent it is sent when it answers again.

    :param call: calls a node.
    :param patience: seconds that others wait for a candidate; it counts as behind then.
    :param at_once: calls of one candidate that may be under way together.
    """

    def __init__(
        self,
        clock: IReactorTime,
        call: CallAddress,
        paths: GanetiPaths,
        patience: float = PATIENCE,
        at_once: int = CALLS_AT_ONCE,
    ) -> None:
        self._clock = clock
        self._call = call
        self._files = QueueFiles(paths)
        self._patience = patience
        self._at_once = at_once
        self._candidates: dict[str, Candidate] = {}
        self._leaving: dict[str, Candidate] = {}
        self._is_following = False

    @property
    def behind(self) -> tuple[str, ...]:
        """Names of the candidates that do not have everything."""
        return tuple(candidate.name for candidate in self._candidates.values() if candidate.is_behind)

    def follow(self, snapshot: ClusterSnapshot) -> None:
        """Send to the candidates that *snapshot* has from now on.

        One that is new is purged and sent everything; one that is no longer one is purged. The candidates of the first
        snapshot have a copy already, and are sent serial and drain flag only.
        """
        nodes = {node.uuid: node for node in snapshot.nodes.values() if _is_target(node, snapshot)}
        self._drop_unreachable(snapshot)
        for uuid in self._candidates.keys() - nodes.keys():
            self._leaving[uuid] = self._candidates.pop(uuid)
            self._leaving[uuid].leave()
        for uuid, node in nodes.items():
            if uuid in self._candidates:
                self._candidates[uuid].address = node.primary_ip
                continue
            leaving = self._leaving.pop(uuid) if uuid in self._leaving else None
            candidate = self._candidates[uuid] = self._make(node) if leaving is None else leaving
            candidate.address = node.primary_ip
            if self._is_following:
                candidate.renew()
        if not self._is_following:
            self._is_following = True
            self.replicate([SERIAL, DRAIN])

    def replicate(self, names: Iterable[str]) -> Deferred[None]:
        """Send files of the queue directory: jobs, ``serial``, or ``drain`` for the drain flag, there or not.

        It fires when all candidates have them that are not behind, at the latest after the patience; it never fails.
        """
        return self._spread(tuple(names), Work.SEND)

    def refresh(self, names: Iterable[str]) -> None:
        """Send files that may have been sent before, without haste: whatever is new overtakes them."""
        known = tuple(names)
        for candidate in self._candidates.values():
            candidate.refresh(known)

    def archive(self, names: Iterable[str]) -> Deferred[None]:
        """Have jobs, by the names that their files had, moved to the archive, as they have been here. As above."""
        return self._spread(tuple(names), Work.ARCHIVE)

    def stop(self) -> None:
        """Send nothing more; nobody waits any longer."""
        for candidate in (*self._candidates.values(), *self._leaving.values()):
            candidate.stop()
        self._candidates.clear()
        self._leaving.clear()

    def _make(self, node: Node) -> Candidate:
        return Candidate(self._clock, self._call, self._files, node, partial(self._forget, node.uuid), self._at_once)

    def _forget(self, uuid: str) -> None:
        self._leaving.pop(uuid, None)

    def _drop_unreachable(self, snapshot: ClusterSnapshot) -> None:
        """Do nothing more for nodes that are marked offline or have left the cluster."""
        for candidates in (self._candidates, self._leaving):
            for uuid in tuple(candidates):
                node = snapshot.nodes.get(uuid)
                if node is None or node.offline:
                    candidates.pop(uuid).stop()

    def _spread(self, names: Sequence[str], work: Work) -> Deferred[None]:
        candidates = tuple(self._candidates.values())
        if not names or not candidates:
            return succeed(None)
        wait = _Wait(self._clock, self._patience, candidates, len(names))
        for candidate in candidates:
            candidate.want(names, work, partial(wait.settle, candidate))
        return wait.deferred


class _Wait:
    """Somebody who waits for some files on all candidates.

    :param count: of files.
    """

    def __init__(self, clock: IReactorTime, patience: float, candidates: Iterable[Candidate], count: int) -> None:
        self._owing = dict.fromkeys(candidates, count)
        self._patience = patience
        self._timer = clock.callLater(patience, self._lose_patience)
        self.deferred: Deferred[None] = Deferred(lambda _: self._stop_timer())

    def settle(self, candidate: Candidate) -> None:
        """It has one of them, or is not waited for."""
        self._owing[candidate] -= 1
        if not self._owing[candidate]:
            del self._owing[candidate]
        if not self._owing and not self.deferred.called:
            self._stop_timer()
            self.deferred.callback(None)

    def _lose_patience(self) -> None:
        for candidate in tuple(self._owing):
            candidate.give_up(f"no answer within {self._patience:g} s")

    def _stop_timer(self) -> None:
        if self._timer.active():
            self._timer.cancel()


def _is_target(node: Node, snapshot: ClusterSnapshot) -> bool:
    return node.master_candidate and not node.offline and node.uuid != snapshot.cluster.master_node
