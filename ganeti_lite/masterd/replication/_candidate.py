"""One master candidate: what it lacks is sent to it, a few files at a time, each file one call after the other."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final, TypeAlias

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from ganeti_lite.snapshot import Node
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

from ._files import DRAIN, SERIAL, QueueFiles
from ._lacking import Item, Lacking, OnDone, Work

RETRY_AFTER: Final = 10.0
"""Seconds until the next call after one that did not succeed."""

UPDATE_TIMEOUT: Final = 60.0
"""Seconds that Ganeti gives the calls about the queue."""

PURGE_TIMEOUT: Final = 900.0
"""As above, for the one that may delete many files."""

CALLS_AT_ONCE: Final = 8
"""Calls of one node that are under way together. A real node takes some hundredths of a second for each, which with one
at a time would be too long for a few dozen new jobs a second."""

RENAMES_AT_ONCE: Final = 100
"""Jobs that are moved to the archive by one call."""

LIMIT: Final = 20_000
"""Names that are remembered besides those of all live jobs; of a candidate that lacks more it is only known that it
lacks everything."""

CallAddress: TypeAlias = Callable[[str, str, list[Any], float], Deferred[RpcResult]]
"""Address, method, arguments, seconds → what the node says; never an error, a cancelled call included."""


@frozen
class _Step:
    """A call.

    :ivar items: those that it is about; none for the purge. ``work`` is what it does for them.
    """

    method: str
    arguments: list[Any]
    items: tuple[Item, ...] = ()
    work: Work = Work.NOTHING
    timeout: float = UPDATE_TIMEOUT


class Candidate:
    """A node that has a copy of the queue, or is to lose it.

    While it is behind, nobody waits for it. It is so from the beginning if it is new, and whenever a call fails or
    somebody has lost patience, until it has everything again.

    The last number of a job is never on its way together with jobs that came after it: with a job whose number it would
    give again, the node must not become the master.

    :ivar address: its primary IP address.
    :param on_gone: called when nothing is left to be done for a node that is no candidate any more.
    :param at_once: calls that may be under way together.
    """

    log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        call: CallAddress,
        files: QueueFiles,
        node: Node,
        on_gone: Callable[[], None],
        at_once: int = CALLS_AT_ONCE,
    ) -> None:
        self._clock = clock
        self._call = call
        self._files = files
        self._on_gone = on_gone
        self._at_once = at_once
        self.name: Final = node.name
        self.address = node.primary_ip
        self.is_behind = False
        self._is_leaving = False
        self._is_stopped = False
        self._is_blamed = False
        self._lacks_everything = False
        self._lacking = Lacking()
        self._limit = LIMIT
        self._under_way: dict[str, Item] = {}
        self._calls: set[Deferred[RpcResult]] = set()
        self._is_purging = False
        self._is_choosing = False
        self._pause: IDelayedCall | None = None

    def want(self, names: Iterable[str], work: Work, on_done: OnDone) -> None:
        """Have something done about files; *on_done* is called for each, at once if nobody waits for this candidate."""
        for name in names:
            if self._lacks_everything:
                on_done()
                continue
            self._lacking.add(name, work, on_done)
            if len(self._lacking) > self._limit:
                self.give_up("it lacks too much to remember what")
                self._lack_everything()
            elif self.is_behind:
                self._lacking.settle(name)
        self._go_on()

    def refresh(self, names: Iterable[str]) -> None:
        """Send it files that it may have already, behind everything that is new."""
        if not self._lacks_everything:
            for name in names:
                self._lacking.add_later(name)
            self._go_on()

    def renew(self) -> None:
        """Purge it and send it everything: it is a candidate from now on."""
        self._is_leaving = False
        self._lack_everything()
        self._go_on()

    def leave(self) -> None:
        """Purge it, and that is all: it is no candidate any more."""
        self._is_leaving = True
        self._lack_everything()
        self._go_on()

    def stop(self) -> None:
        """Do nothing more."""
        self._is_stopped = True
        self._lack_everything()
        if self._pause is not None:
            self._pause.cancel()
        for call in tuple(self._calls):
            call.cancel()

    def give_up(self, reason: str) -> None:
        """Do not wait for it, until it has everything again."""
        if not self._is_blamed and not self._is_leaving:
            self._is_blamed = True
            self.log.warn(
                "master candidate {name} is behind with the job queue: {reason}", name=self.name, reason=reason
            )
        self._be_behind()

    def _be_behind(self) -> None:
        self.is_behind = True
        _settle(tuple(self._under_way.values()))
        self._lacking.settle_all()

    def _lack_everything(self) -> None:
        self._be_behind()
        self._lacks_everything = True
        self._lacking = Lacking()

    def _go_on(self) -> None:
        """Make as many calls as may be under way together, while something is lacking."""
        if self._is_choosing:
            return
        self._is_choosing = True
        try:
            while self._has_room and (step := self._next_step()) is not None:
                self._make_call(step)
        finally:
            self._is_choosing = False

    @property
    def _has_room(self) -> bool:
        return not self._is_stopped and self._pause is None and len(self._calls) < self._at_once

    def _make_call(self, step: _Step) -> None:
        self._under_way |= {item.name: item for item in step.items}
        self._is_purging = not step.items
        call = self._call(self.address, step.method, step.arguments, step.timeout)
        self._calls.add(call)
        call.addCallback(partial(self._finish, step, call))
        call.addErrback(partial(self.log.failure, "copying the job queue to {name}", name=self.name))

    def _finish(self, step: _Step, call: Deferred[RpcResult], result: RpcResult) -> None:
        self._calls.discard(call)
        self._is_purging = False
        for item in step.items:
            del self._under_way[item.name]
        if self._is_stopped:
            return
        if not isinstance(result, RpcFailure):
            self._succeed(step)
        elif self._is_leaving and not step.items:
            self._end(f"its copy of the job queue is left on it: {result.reason}")
        else:
            self._fail(step, result.reason)
            self._pause = self._pause or self._clock.callLater(RETRY_AFTER, self._resume)
        self._go_on()

    def _resume(self) -> None:
        self._pause = None
        self._go_on()

    def _next_step(self) -> _Step | None:
        """What is to be done next; None if nothing is, or other calls have to end before."""
        if self._is_purging or SERIAL in self._under_way:
            return None
        if self._lacks_everything:
            return None if self._calls else _Step("jobqueue_purge", [], timeout=PURGE_TIMEOUT)
        while (item := self._next_item()) is not None:
            step = self._send(item) if Work.SEND in item.work else self._archive(item)
            if step is not None:
                return step
            item.settle()
        if not self._lacking and not self._calls:
            self._note_completion()
        return None

    def _next_item(self) -> Item | None:
        """What can wait is sent alone, so that it costs those little who wait for what is new."""
        item = self._lacking.pop(self._under_way)
        return self._lacking.pop_later() if item is None and not self._calls else item

    def _send(self, item: Item) -> _Step | None:
        """Send it as it is now; None if it is not there any more."""
        if item.name == DRAIN:
            return _Step("jobqueue_set_drain_flag", [self._files.is_drained], (item,), Work.SEND)
        arguments = self._files.encode(item.name)
        return None if arguments is None else _Step("jobqueue_update", arguments, (item,), Work.SEND)

    def _archive(self, first: Item) -> _Step:
        items = (first, *self._lacking.pop_archived(RENAMES_AT_ONCE - 1, self._under_way))
        pairs = [self._files.encode_rename(item.name) for item in items]
        return _Step("jobqueue_rename", [pairs], items, Work.ARCHIVE)

    def _succeed(self, step: _Step) -> None:
        if step.items:
            for item in step.items:
                item.work &= ~step.work
            self._lacking.put_back([item for item in step.items if item.work], first=True)
            _settle([item for item in step.items if not item.work])
        elif self._is_leaving:
            self._end("its copy of the job queue is deleted")
        else:
            self._lacks_everything = False
            names = self._files.list_all()
            self._limit = len(names) + LIMIT
            for name in names:
                self._lacking.add_later(name)

    def _fail(self, step: _Step, reason: str) -> None:
        """Remember what it lacks; a job that could not be moved to the archive may not have been there at all."""
        self.give_up(reason)
        for item in step.items:
            item.work |= Work.SEND
            item.settle()
        self._lacking.put_back(step.items, first=False)

    def _note_completion(self) -> None:
        self.is_behind = False
        if self._is_blamed:
            self._is_blamed = False
            self.log.info("master candidate {name} has the whole job queue again", name=self.name)

    def _end(self, how: str) -> None:
        self.log.info("{name} is no master candidate any more; {how}", name=self.name, how=how)
        self._is_stopped = True
        self._on_gone()


def _settle(items: Iterable[Item]) -> None:
    for item in items:
        item.settle()
