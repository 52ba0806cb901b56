"""Counts of what reached simulated node daemons."""

from collections import Counter
from collections.abc import Mapping

import attrs


@attrs.frozen
class Traffic:
    """What has reached the daemons of a cluster since the count began.

    :ivar calls: by node and call, how many requests were read, whatever became of their answers.
    :ivar connections: by node, how many connections were accepted, whatever became of them.
    :ivar open: connections that are open now.
    :ivar most_open: as many as were open at once.
    """

    calls: Mapping[str, Mapping[str, int]]
    connections: Mapping[str, int]
    open: int
    most_open: int

    @property
    def total_calls(self) -> int:
        """Calls to all nodes."""
        return sum(sum(counts.values()) for counts in self.calls.values())


class Tally:
    """Counts while it goes on."""

    def __init__(self) -> None:
        self._open = 0
        self.forget()

    def forget(self) -> None:
        """Starts over; connections that are open stay counted as that."""
        self._calls: dict[str, Counter[str]] = {}
        self._connections: Counter[str] = Counter()
        self._most_open = self._open

    def note_opened(self, node: str) -> None:
        """A connection was accepted."""
        self._connections[node] += 1
        self._open += 1
        self._most_open = max(self._most_open, self._open)

    def note_closed(self) -> None:
        """A connection has ended."""
        self._open -= 1

    def note_call(self, node: str, call: str) -> None:
        """A request was read."""
        self._calls.setdefault(node, Counter())[call] += 1

    def read(self) -> Traffic:
        """What has come so far."""
        calls = {node: dict(counts) for node, counts in self._calls.items()}
        return Traffic(calls, dict(self._connections), self._open, self._most_open)
