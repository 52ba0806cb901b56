"""Timers that do not care what time it is.

Twisted's reactors measure time by the clock that people and NTP set. If that is put back by an hour, every timer waits
an hour longer: files without inotify are not looked at, nodes that hang are waited for, who waits for a job waits on.
"""

import time
from typing import Any


def use_steady_clock(reactor: Any) -> None:
    """Let *reactor*, which must not have been given anything to do yet, measure time by the clock that only goes on."""
    if reactor.getDelayedCalls():
        raise RuntimeError("the reactor has timers that go by another clock")
    reactor.seconds = time.monotonic
