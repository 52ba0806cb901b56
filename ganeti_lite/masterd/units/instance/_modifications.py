"""Lists of changes to an instance's NICs or disks: ``[what, which, parameters]`` each, or the old form of that.

Source: what Ganeti 3.0 takes. Wrong indices are errors of execution there, and so they are here.
"""

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpExecError, OpPrereqError

_AT_END: Final = -1
_REMODELLING: Final = frozenset({"add", "attach", "remove", "detach"})
_LEAVING: Final = frozenset({"remove", "detach"})


@frozen
class Modification:
    """One change.

    :ivar what: ``add``, ``modify``, ``remove``, ``attach`` or ``detach``.
    :ivar which: an index, -1 for the last one or the end, or a name or UUID.
    """

    what: str
    which: int | str
    parameters: dict[str, Any]


def read_modifications(kind: str, given: Sequence[Sequence[Any]]) -> tuple[Modification, ...]:
    """The changes to NICs or disks, which is the *kind*.

    :raises OpPrereqError: they cannot be meant.
    """
    if given and len(given[0]) == 2:  # the old form
        given = _upgrade(kind, given)
    changes = tuple(Modification(str(what), which, dict(parameters)) for what, which, parameters in given)
    if any(change.what in _LEAVING and change.parameters for change in changes):
        raise OpPrereqError(f"No settings should be passed when removing or detaching a {kind}")
    return changes


def _upgrade(kind: str, given: Sequence[Sequence[Any]]) -> list[tuple[str, int | str, Any]]:
    if sum(what in _REMODELLING for what, _ in given) > 1:
        text = f"Only one {kind} add/attach/remove/detach operation is supported at a time"
        raise OpPrereqError(text)
    return [
        (what, _AT_END, parameters) if what in _REMODELLING else ("modify", what, parameters)
        for what, parameters in given
    ]


def find_place(kind: str, which: int | str, count: int) -> int:
    """Where among *count* items a new one goes.

    :raises OpPrereqError: that is no number; OpExecError: there is no such place.
    """
    index = _read_index(which)
    if index is None:
        raise OpPrereqError("Only positive integer or -1 is accepted")
    return count if index == _AT_END else _check_index(kind, index, count)


def find_item(kind: str, which: int | str, items: Sequence[Any]) -> int:
    """Which of *items*, that have ``name`` and ``uuid``, is meant.

    :raises OpPrereqError: there is none of that name; OpExecError: none of that index.
    """
    index = _read_index(which)
    if index is not None:
        found = len(items) - 1 if index == _AT_END else _check_index(kind, index, len(items))
        if not 0 <= found < len(items):
            raise OpExecError("list index out of range")
        return found
    for place, item in enumerate(items):
        if which in (item.uuid, item.name):
            return place
    raise OpPrereqError(f"Cannot find {kind} with identifier {which}", ErrorCode.UNKNOWN_ENTITY)


def is_name(which: int | str) -> bool:
    """Whether that is a name or UUID, and no index."""
    return _read_index(which) is None


def _read_index(which: int | str) -> int | None:
    try:
        return int(which)
    except ValueError:
        return None


def _check_index(kind: str, index: int, count: int) -> int:
    if index < 0:
        raise OpExecError("Not accepting negative indices other than -1")
    if index > count:
        raise OpExecError(f"Got {kind} index {index}, but there are only {count}")
    return index
