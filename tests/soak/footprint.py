"""What a daemon has at a moment, seen from outside."""

import os
import re
import signal
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.confd.daemons import await_true
from tests.interop.processes import read_log

_TIMERS: Final = re.compile(r"(\d+) timers: ")


@frozen
class Footprint:
    """Counts, and memory in KiB."""

    descriptors: int
    threads: int
    timers: int
    memory: int

    @classmethod
    def of(cls, pid: int, log: Path) -> "Footprint":
        """That of the daemon with this log, once it has told its timers."""
        before = len(_TIMERS.findall(read_log(log)))
        os.kill(pid, signal.SIGUSR2)
        await_true(lambda: len(_TIMERS.findall(read_log(log))) > before, "it tells its timers")
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        return cls(
            descriptors=len(os.listdir(f"/proc/{pid}/fd")),
            threads=_number(status, "Threads:"),
            timers=int(_TIMERS.findall(read_log(log))[-1]),
            memory=_number(status, "VmRSS:"),
        )


def _number(status: str, label: str) -> int:
    return int(status.partition(label)[2].split()[0])
