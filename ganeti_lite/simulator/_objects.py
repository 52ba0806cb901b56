"""JSON objects under construction."""

from collections.abc import Iterable
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""Its shape is checked by those who read the file, not by types."""


def without_absent(entry: JsonObject) -> JsonObject:
    """The object without the keys that have no value: an optional key is left out of the file, not null."""
    return {key: value for key, value in entry.items() if value is not None}


def by_uuid(entries: Iterable[JsonObject]) -> JsonObject:
    """A container as wconfd writes it: keyed by UUID, in the order of the keys."""
    return {entry["uuid"]: entry for entry in sorted(entries, key=lambda entry: str(entry["uuid"]))}
