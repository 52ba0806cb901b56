"""Which versions of the configuration were there while a question was asked."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from attrs import define

from tests.confd.versions import Version


@define
class _Stay:
    """A version, and from when to when it may have been in the file; seconds of the monotonic clock."""

    version: Version
    begun: float
    ended: float = float("inf")


class History:
    """The versions that were written, newest last; for several threads.

    :param now: seconds of a clock that only goes on.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stays: list[_Stay] = []
        self._lock: Final = Lock()

    def begin(self, version: Version) -> None:
        """It is about to be written."""
        with self._lock:
            self._stays.append(_Stay(version, self._now()))

    def finish(self) -> None:
        """The newest has been written: the one before it is in the file no more."""
        with self._lock:
            for stay in self._stays[:-1]:
                stay.ended = min(stay.ended, self._now())

    def is_right(self, question: str, answer: bytes, begun: float, ended: float) -> bool:
        """Whether a version gives that answer which may have been there at some time between these."""
        with self._lock:
            return any(
                stay.version.answers[question] == answer and stay.begun <= ended and begun <= stay.ended
                for stay in reversed(self._stays)
            )

    def __len__(self) -> int:
        return len(self._stays)
