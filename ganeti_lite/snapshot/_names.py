"""Names of one kind of object, indexed for exact and short-name look-up.

A short name is what stands before any dot of the full name: ``node1`` and ``node1.example`` both stand for
``node1.example.com``. Comparison is case-sensitive.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import frozen


def is_name_match(full_name: str, name: str) -> bool:
    """Whether *name* is *full_name* or a short name of it, which the empty text never is."""
    return full_name == name or (name != "" and full_name.startswith(name + "."))


@frozen
class NameIndex:
    """Full name → UUID, and the names in code point order for prefixes."""

    uuids: Mapping[str, str]
    ordered: tuple[str, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "NameIndex":
        """Index (name, UUID) pairs; where a name occurs twice, the first pair has it."""
        uuids: dict[str, str] = {}
        for name, uuid in pairs:
            uuids.setdefault(name, uuid)
        return cls(MappingProxyType(uuids), tuple(sorted(uuids)))

    def find(self, name: str) -> tuple[str, ...]:
        """UUIDs of the objects that *name* stands for: the exact one, else all that it is a short name of."""
        exact = self.uuids.get(name)
        return self.find_short(name) if exact is None else (exact,)

    def find_short(self, name: str) -> tuple[str, ...]:
        """UUIDs of the objects that *name* is a short name of."""
        prefix = name + "."
        found = []
        for position in range(bisect_left(self.ordered, prefix), len(self.ordered)):
            candidate = self.ordered[position]
            if name == "" or not candidate.startswith(prefix):
                break
            found.append(self.uuids[candidate])
        return tuple(found)
