"""The key that signs datagrams, followed as its file comes and changes.

* A key that has been read serves until another one can be read; a file that is gone or empty takes nothing away.
* The file is looked at by whoever calls :meth:`HmacKey.check`, and for a wrong signature a bounded number of times.
"""

from collections.abc import Callable
from typing import Final

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ganeti_lite.files import FileSignature, read_file, read_signature
from ganeti_lite.wire.confd import SigningKey

RECHECK_INTERVAL: Final = 0.25
"""Seconds between two looks at the file for the sake of wrong signatures."""


class HmacKey:
    """The key in the file at *path*, as its bytes are: Ganeti's line end is part of it.

    :ivar value: None until a key could be read.
    :param on_change: called after each change of :attr:`value`.
    """

    log = Logger()

    def __init__(self, path: str, clock: IReactorTime, on_change: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self.value: SigningKey | None = None
        self._secret = b""
        self.on_change = on_change
        self._clock = clock
        self._tried: FileSignature | None = None
        self._complaint = ""
        self._next_recheck = 0.0

    def check(self) -> None:
        """Take the key if the file has changed."""
        if self.value is not None and read_signature(self.path) == self._tried:
            return
        before = self.value
        self._read()
        if self.value is not before:
            self.log.info("signing and verifying datagrams with the key in {path}", path=self.path)
            self.on_change()

    def recheck(self) -> bool:
        """The same, at most once in :data:`RECHECK_INTERVAL`; whether the key is another now."""
        now = self._clock.seconds()
        if now < self._next_recheck:
            return False
        self._next_recheck = now + RECHECK_INTERVAL
        before = self.value
        self.check()
        return self.value is not before

    def _read(self) -> None:
        try:
            secret, self._tried = read_file(self.path)
        except OSError as error:
            self._tried = None
            self._complain(error.strerror or str(error))
            return
        if not secret:
            self._complain("it is empty")
            return
        if secret != self._secret:
            self._secret, self.value = secret, SigningKey(secret)
        self._complaint = ""

    def _complain(self, reason: str) -> None:
        """Log why there is no key, once for each reason."""
        if reason == self._complaint:
            return
        self._complaint = reason
        meanwhile = "confd requests are not answered until there is" if self.value is None else "the last one is kept"
        self.log.error("no key in {path}: {reason}; {meanwhile}", path=self.path, reason=reason, meanwhile=meanwhile)
