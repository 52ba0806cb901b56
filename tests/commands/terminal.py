"""A program on a terminal of its own, whose user reads what appears and types."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parent.parent.parent
PATIENCE: Final = 60.0
"""Seconds that something may take to appear; a busy machine is slow to start a program."""

_PROGRAM: Final = """\
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from ganeti_lite.commands.{module} import main
sys.exit(main())
"""


class Terminal:
    """A pseudo-terminal with one of our programs on it, for as long as the block lasts.

    :ivar seen: everything that has appeared.
    """

    def __init__(self, program: str, *words: str, environ: Mapping[str, str]) -> None:
        self.seen = ""
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(module=program.replace("-", "_")), *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", **environ},
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def expect(self, text: str) -> None:
        """Read until something has appeared.

        :raises AssertionError: it does not.
        """
        deadline = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert self._read(deadline), f"{text!r} is not in {self.seen!r}"

    def type(self, text: str) -> None:
        """Type something; Ctrl-C is the character of number 3."""
        os.write(self._master, text.encode())

    def wait(self) -> int:
        """Read until the end; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        """Read what there is; false at the end, or when time is over."""
        readable, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # how Linux tells that nobody has the other side open any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)
