"""A mapping that forgets what was not used for longest once its entries cost more than a limit."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedStore(Generic[K, V]):
    """Entries up to a total cost; safe to use from several threads.

    :param limit: highest sum of costs, in bytes.
    :param cost_of: what an entry costs, in bytes; asked when it is put.
    """

    def __init__(self, limit: int, cost_of: Callable[[V], int]) -> None:
        self.limit = limit
        self._cost_of = cost_of
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._total = 0
        self._lock = Lock()

    @property
    def total(self) -> int:
        """The sum of the costs of what is kept, in bytes."""
        return self._total

    def get(self, key: K) -> V | None:
        """The value of *key*, which thereby counts as used; None if it is not kept."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            self._entries.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V) -> None:
        """Keep *value*, at the cost of what was not used for longest; one that is over the limit alone is not kept."""
        cost = self._cost_of(value)
        with self._lock:
            self._total -= self._entries.pop(key, (None, 0))[1]
            if cost > self.limit:
                return
            self._entries[key] = value, cost
            self._total += cost
            while self._total > self.limit:
                _, (_, dropped) = self._entries.popitem(last=False)
                self._total -= dropped

    def items(self) -> Iterator[tuple[K, V]]:
        """What is kept at this moment, least recently used first."""
        with self._lock:
            entries = [(key, value) for key, (value, _) in self._entries.items()]
        return iter(entries)
