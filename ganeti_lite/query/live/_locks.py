"""What the daemon that keeps the locks tells: one row for each lock that somebody holds or waits for."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.query.values import NULL, Missing
from ganeti_lite.snapshot import nice_key

from ._shapes import ShapeError

_MODES: Final = frozenset({LockMode.SHARED, LockMode.EXCLUSIVE})


@frozen
class Lock:
    """A lock.

    :ivar mode: exclusive if anybody holds it so; null if nobody holds it.
    :ivar owners: who holds it; a job by its id, others by their name, as JSON texts.
    :ivar pending: for each request that waits for it the mode and who has made it.
    """

    name: str
    mode: str | Missing
    owners: tuple[str, ...]
    pending: tuple[tuple[str, tuple[str, ...]], ...]


def list_locks(told: object) -> list[Lock]:
    """The locks in nice order of their names.

    :param told: result of the call ``listLocksWaitingStatus``, as decoded JSON.
    :raises ValueError: it has an unknown form.
    """
    match told:
        case [list(held), list(waiting)]:
            owners = dict(_read_held(item) for item in held)
            pending = _collect_pending(waiting)
        case _:
            raise ShapeError("not the state of locks")
    names = sorted(owners.keys() | pending.keys(), key=nice_key)
    return [_make_lock(name, owners.get(name, ()), pending.get(name, ())) for name in names]


def _make_lock(name: str, held: Sequence[tuple[str, str]], pending: Sequence[tuple[str, tuple[str, ...]]]) -> Lock:
    modes = {mode for _, mode in held}
    strongest = LockMode.EXCLUSIVE if LockMode.EXCLUSIVE in modes else LockMode.SHARED
    return Lock(name, strongest.value if modes else NULL, tuple(owner for owner, _ in held), tuple(pending))


def _read_held(raw: object) -> tuple[str, list[tuple[str, str]]]:
    """Read ``[name, [[owner, mode]...]]``."""
    match raw:
        case [str(name), list(holders)]:
            return name, [_read_holder(holder) for holder in holders]
    raise ShapeError("not a held lock")


def _read_holder(raw: object) -> tuple[str, str]:
    match raw:
        case [owner, str(mode)] if mode in _MODES:
            return _read_owner(owner), mode
    raise ShapeError("not the holder of a lock")


def _collect_pending(waiting: Sequence[object]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Name → what each waiting request wants of that lock; nothing of one that is only to be released."""
    pending: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for raw in waiting:
        owner, wanted = _read_request(raw)
        for name, mode in wanted.items():
            pending[name] += [] if mode is None else [(mode, (owner,))]
    return pending


def _read_request(raw: object) -> tuple[str, dict[str, str | None]]:
    """Read ``[priority, owner, [[name, mode]...]]``; who wants a lock both ways wants it exclusively.

    The mode is None for a lock that is only to be released.
    """
    match raw:
        case [_, owner, list(parts)]:
            wanted: dict[str, str | None] = {}
            for name, mode in map(_read_part, parts):
                known = wanted.setdefault(name, None)
                if mode in _MODES and known != LockMode.EXCLUSIVE:
                    wanted[name] = mode
            return _read_owner(owner), wanted
    raise ShapeError("not a request for locks")


def _read_part(raw: object) -> tuple[str, str]:
    match raw:
        case [str(name), str(mode)]:
            return name, mode
    raise ShapeError("not a part of a request for locks")


def _read_owner(raw: Any) -> str:
    """Read ``[owner, livelock, pid]``."""
    match raw:
        case [int() | str() as owner, *_] if not isinstance(owner, bool):
            return json.dumps(owner, ensure_ascii=False)
    raise ShapeError("not an owner of locks")
