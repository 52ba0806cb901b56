"""Long answers in turns: however much one client asks for, the others' questions come next to its own.

Clients take turns, and one client has no more than :data:`PER_CLIENT` threads at once. What waits for a client that has
gone away is forgotten.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from attrs import frozen
from twisted.internet.defer import Deferred, fail

from ganeti_lite.errors import LuxiError

from .source import Runner

T = TypeVar("T")

PER_CLIENT: Final = 1
"""Threads that one client may have. All threads share the interpreter's lock, so a second one would not make its
answers come sooner; it would only take the lock more often from those who serve the others."""


@frozen(eq=False)
class _Task:
    """A function that waits for its turn, and who waits for its result."""

    function: Callable[[], Any]
    done: Deferred[Any]


class FairTurns:
    """Runs functions for clients.

    :param run: runs one in a thread.
    :param at_once: how many run at once.
    :param limit: how many may wait; beyond that they are refused.
    """

    def __init__(self, run: Runner, at_once: int, limit: int) -> None:
        self._run = run
        self._at_once = at_once
        self._limit = limit
        self._running: Counter[Hashable] = Counter()
        self._waiting: OrderedDict[Hashable, deque[_Task]] = OrderedDict()  # the client whose turn is next comes first

    @property
    def waiting(self) -> int:
        """How many functions wait for their turn."""
        return sum(map(len, self._waiting.values()))

    def run_for(self, client: Hashable, function: Callable[[], T]) -> Deferred[T]:
        """The result of *function*, once it is *client*'s turn.

        It fails with :class:`LuxiError` if too many wait already. If it is cancelled before its turn, the function is
        never run.
        """
        if self.waiting >= self._limit:
            return fail(LuxiError(f"{self._limit} long queries are waiting to be worked on already: try again later"))
        task = _Task(function, Deferred(lambda _: self._forget(client, task)))
        self._waiting.setdefault(client, deque()).append(task)
        self._start_due()
        return task.done

    def _start_due(self) -> None:
        """Start what may run now."""
        while self._running.total() < self._at_once:
            client = next((each for each in self._waiting if self._running[each] < PER_CLIENT), None)
            if client is None:
                return
            self._start(client, self._take(client))

    def _take(self, client: Hashable) -> _Task:
        """What *client* has waited for longest."""
        tasks = self._waiting[client]
        task = tasks.popleft()
        if not tasks:
            del self._waiting[client]
        return task

    def _start(self, client: Hashable, task: _Task) -> None:
        self._running[client] += 1
        running = self._run(task.function)
        running.addBoth(self._finish, client, task)

    def _finish(self, result: Any, client: Hashable, task: _Task) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        if client in self._waiting:  # its next turn is after everybody's who has come meanwhile
            self._waiting.move_to_end(client)
        self._start_due()
        if not task.done.called:
            task.done.callback(result)

    def _forget(self, client: Hashable, task: _Task) -> None:
        """Nobody waits for the result any more."""
        tasks = self._waiting.get(client)
        if tasks is not None and task in tasks:
            tasks.remove(task)
            if not tasks:
                del self._waiting[client]
