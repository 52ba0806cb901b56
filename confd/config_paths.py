"""Values of the configuration by path: JSON pointers, as confd's config query takes them. Pure.

``path = *("/" 1*(character | "~0" | "~1")) ["/"]``, where ``~0`` stands for ``~`` and ``~1`` for ``/``; a slash at the
very end stands for the empty key. What cannot be read ends the path and is left out of account, as with Ganeti's
daemon; at least one key must be left. An element of a list is named by the digits that its key begins with.
"""

import re
from collections.abc import Mapping
from typing import Final

from ganeti_lite.config import list_members
from ganeti_lite.snapshot import ClusterSnapshot

_PATH: Final = re.compile(r"((?:/(?:[^/~]|~[01])+)*)(/\Z)?")
_INDEX: Final = re.compile("[0-9]+")


def find_value(snapshot: ClusterSnapshot, path: str) -> object:
    """The value at *path* of the whole configuration: JSON, or an object of the snapshot.

    :raises LookupError: there is none.
    """
    keys = parse_path(path)
    if not keys:
        raise LookupError(path)
    value: object = snapshot
    for key in keys:
        value = _find_member(value, key)
    return value


def parse_path(path: str) -> list[str]:
    """The keys that *path* names, outermost first."""
    match = _PATH.match(path)
    if match is None:
        return []
    written = match[1].split("/")[1:] + ([""] if match[2] else [])
    return [key.replace("~1", "/").replace("~0", "~") for key in written]


def _find_member(value: object, key: str) -> object:
    members = list_members(value)
    if members is not None:
        return members[key]
    if isinstance(value, Mapping):
        return value[key]
    if isinstance(value, tuple) and (digits := _INDEX.match(key)):
        return value[int(digits[0])]
    raise LookupError(key)
