"""A table: all objects of one kind, by UUID, in listing order, and by name.

A table never changes. :meth:`Table.replaced` makes the next one from it at the cost of what changed; a table in
which nothing changed is carried into the next snapshot as it is, so ``is`` tells whether anything did.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from attrs import evolve, frozen

from ._names import NameIndex
from ._nicesort import nice_key

K = TypeVar("K")
V = TypeVar("V")


class Listing(Mapping[K, V]):
    """Objects by key that are also in an order of their own.

    :ivar ordered: the objects in listing order.
    :ivar positions: key → index in :attr:`ordered`, in listing order, too.
    """

    __slots__ = ()

    ordered: tuple[V, ...]
    positions: Mapping[K, int]


class Named(Protocol):
    """What a table can hold."""

    @property
    def uuid(self) -> str: ...

    @property
    def name(self) -> str | None: ...


T = TypeVar("T", bound=Named)


@frozen(eq=False)
class Table(Listing[str, T], Generic[T]):
    """Objects of one kind, keyed by UUID.

    :ivar by_uuid: UUID → object, in order of UUIDs.
    :ivar ordered: the objects in nice-sort order of their names; nameless ones first, ties by UUID.
    :ivar positions: UUID → index in :attr:`ordered`.
    :ivar names: look-up by full and short name.
    """

    by_uuid: Mapping[str, T]
    ordered: tuple[T, ...]
    positions: Mapping[str, int]
    names: NameIndex

    @classmethod
    def of(cls, objects: Iterable[T]) -> "Table[T]":
        """A table of *objects*, whose UUIDs differ."""
        by_uuid = {item.uuid: item for item in sorted(objects, key=lambda item: item.uuid)}
        ordered = tuple(sorted(by_uuid.values(), key=lambda item: nice_key(item.name or "")))
        return cls(
            by_uuid=MappingProxyType(by_uuid),
            ordered=ordered,
            positions=MappingProxyType({item.uuid: index for index, item in enumerate(ordered)}),
            names=NameIndex.of((item.name, item.uuid) for item in by_uuid.values() if item.name is not None),
        )

    def replaced(self, changed: Mapping[str, T], removed: Iterable[str] = ()) -> "Table[T]":
        """The table after *changed* objects (by UUID, new ones included) and without the *removed* UUIDs."""
        gone = set(removed)
        if not changed and not gone:
            return self
        if not gone and all(uuid in self and self[uuid].name == item.name for uuid, item in changed.items()):
            return self._with_same_names(changed)
        kept = (item for uuid, item in self.by_uuid.items() if uuid not in changed and uuid not in gone)
        return Table.of([*kept, *changed.values()])

    def _with_same_names(self, changed: Mapping[str, T]) -> "Table[T]":
        ordered = list(self.ordered)
        for uuid, item in changed.items():
            ordered[self.positions[uuid]] = item
        return evolve(self, by_uuid=MappingProxyType({**self.by_uuid, **changed}), ordered=tuple(ordered))

    def find(self, name: str) -> tuple[T, ...]:
        """The objects that *name* stands for: a UUID, a full name, or a short name (then maybe several)."""
        if name in self.by_uuid:
            return (self.by_uuid[name],)
        return tuple(self.by_uuid[uuid] for uuid in self.names.find(name))

    def match(self, name: str, *, takes_short: bool) -> set[str]:
        """UUIDs of all objects that have *name* as their UUID or name, or, if that is wanted, as a short name."""
        found = {name} if name in self.by_uuid else set()
        if name in self.names.uuids:
            found.add(self.names.uuids[name])
        return found.union(self.names.find_short(name)) if takes_short else found

    def __getitem__(self, uuid: str) -> T:
        return self.by_uuid[uuid]

    def __contains__(self, uuid: object) -> bool:
        return uuid in self.by_uuid

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_uuid)

    def __len__(self) -> int:
        return len(self.by_uuid)
