"""Where instances go, and the numbers that a cluster hands out once only: ports, DRBD minors, MAC addresses."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from ._draws import Draws
from ._objects import JsonObject

FIRST_PORT: Final = 11000
_LAST_PORT: Final = 65535
_PORTS_GIVEN_BACK: Final = 7
"""Every so manieth port was used once and is back in the pool."""


class Placement:
    """Chooses primary and secondary nodes: only nodes that may hold instances, both of one group.

    :param nodes: the cluster's nodes; one of them at least is vm_capable.
    """

    def __init__(self, draws: Draws, nodes: Sequence[JsonObject]) -> None:
        self._draws = draws
        self._hosts = [node for node in nodes if node["vm_capable"]]
        self._shares = list(itertools.accumulate(_share(node) for node in self._hosts))
        self._neighbours: dict[str, list[str]] = defaultdict(list)
        self._positions: dict[str, int] = {}
        for node in self._hosts:
            self._positions[node["uuid"]] = len(self._neighbours[node["group"]])
            self._neighbours[node["group"]].append(node["uuid"])
        self._minors: Counter[str] = Counter()

    def choose_primary(self) -> JsonObject:
        """A node for an instance."""
        return self._draws.choices(self._hosts, cum_weights=self._shares)[0]

    def choose_secondary(self, primary: JsonObject) -> str | None:
        """The UUID of another node of the primary's group; None where there is no other."""
        candidates = self._neighbours[primary["group"]]
        if len(candidates) < 2:
            return None
        own = self._positions[primary["uuid"]]
        return candidates[(own + self._draws.randrange(1, len(candidates))) % len(candidates)]

    def take_minor(self, node: str) -> int:
        """The node's next free DRBD minor."""
        self._minors[node] += 1
        return self._minors[node] - 1


def _share(node: JsonObject) -> float:
    """How many instances a node has in proportion to others: from some of the retired ones they have been moved."""
    return 0.3 if node["offline"] or node["drained"] else 1.0


class Ports:
    """TCP ports for consoles and DRBD, one after another.

    No port comes twice before all are used up; a cluster larger than that (Ganeti itself stops at port 14999)
    starts over, which no reader of the file minds.
    """

    def __init__(self) -> None:
        self._last = FIRST_PORT - 1
        self._wrapped = False
        self.given_back: list[int] = []

    @property
    def highest_used(self) -> int:
        """The allocator's mark, as the cluster object keeps it."""
        return _LAST_PORT if self._wrapped else self._last

    def take(self) -> int:
        """A port that is in use from now on."""
        if self._advance() % _PORTS_GIVEN_BACK == 0:
            if not self._wrapped and len(self.given_back) < 20:
                self.given_back.append(self._last)
            self._advance()
        return self._last

    def _advance(self) -> int:
        self._last += 1
        if self._last > _LAST_PORT:
            self._last, self._wrapped = FIRST_PORT, True
        return self._last


class MacAddresses:
    """MAC addresses under a prefix of three bytes, all different."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._used: set[tuple[str, int]] = set()

    def take(self, prefix: str) -> str:
        """A new address under ``prefix`` (such as ``aa:00:00``)."""
        while True:
            low = self._draws.getrandbits(24)
            if (prefix, low) not in self._used:
                self._used.add((prefix, low))
                return f"{prefix}:{low >> 16:02x}:{low >> 8 & 255:02x}:{low & 255:02x}"
