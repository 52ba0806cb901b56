"""What a master candidate does not have yet: names only, since contents are looked up when they are sent. Pure."""

import enum
import itertools
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable
from typing import TypeAlias

from attrs import Factory, define

OnDone: TypeAlias = Callable[[], None]
"""Called when the candidate has it, or is not waited for any more."""


class Work(enum.Flag):
    """What is to be done about a file."""

    NOTHING = 0
    SEND = enum.auto()
    """Its content has changed."""
    ARCHIVE = enum.auto()
    """It has been moved to the archive."""


@define(eq=False)
class Item:
    """A file of the queue, by its name there, that a candidate lacks.

    :ivar waiting: those who want to know when it has it.
    """

    name: str
    work: Work = Work.NOTHING
    waiting: list[OnDone] = Factory(list)

    def settle(self) -> None:
        """Tell them."""
        waiting, self.waiting = self.waiting, []
        for on_done in waiting:
            on_done()


class Lacking:
    """Items in the order in which they are to be sent; equal names are one.

    First come those about which something is new, then those that are only sent to be sure.
    """

    def __init__(self) -> None:
        self._items: OrderedDict[str, Item] = OrderedDict()
        self._later: OrderedDict[str, Item] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items) + len(self._later)

    def add(self, name: str, work: Work, on_done: OnDone | None = None) -> None:
        """Something new about a file; it keeps its place if it is there already."""
        item = self._items.get(name)
        if item is None:
            item = self._items[name] = self._later.pop(name, Item(name))
        item.work |= work
        if on_done is not None:
            item.waiting.append(on_done)

    def add_later(self, name: str) -> None:
        """Send a file, when there is nothing else to do."""
        if name not in self._items:
            self._later.setdefault(name, Item(name, Work.SEND))

    def pop(self, besides: Container[str] = ()) -> Item | None:
        """The next one that cannot wait and whose name is not in *besides*; None if there is none."""
        name = next((name for name in self._items if name not in besides), None)
        return None if name is None else self._items.pop(name)

    def pop_later(self) -> Item | None:
        """The next one of those that can wait; None if there is none."""
        return self._later.popitem(last=False)[1] if self._later else None

    def pop_archived(self, limit: int, besides: Container[str] = ()) -> list[Item]:
        """Those that come next, at most *limit*, as long as they only have to be moved to the archive."""
        names = itertools.takewhile(lambda name: self._items[name].work is Work.ARCHIVE, self._items)
        return [self._items.pop(name) for name in list(itertools.islice(names, limit)) if name not in besides]

    def put_back(self, items: Iterable[Item], *, first: bool) -> None:
        """They are still lacking: before all others, or behind them."""
        for item in items:
            known = self._items.pop(item.name, self._later.pop(item.name, None))
            if known is not None:
                item.work |= known.work
                item.waiting += known.waiting
            self._items[item.name] = item
            self._items.move_to_end(item.name, last=not first)

    def settle(self, name: str) -> None:
        """Nobody waits for that one any more; it is still lacking."""
        self._items[name].settle()

    def settle_all(self) -> None:
        """Nobody waits any more; what is lacking still is."""
        for item in tuple(self._items.values()):
            item.settle()
