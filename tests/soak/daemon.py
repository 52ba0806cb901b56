"""Twistd that tells how many timers its reactor has, at SIGUSR2, in the log. Takes twistd's arguments."""

import signal
import sys
from typing import Final, cast

from twisted.internet import reactor
from twisted.internet.posixbase import PosixReactorBase
from twisted.logger import Logger
from twisted.scripts import twistd

REACTOR: Final = cast(PosixReactorBase, reactor)
"""The module stands for the reactor."""


def tell_timers() -> None:
    """Put the number into the log."""
    timers = REACTOR.getDelayedCalls()
    Logger().info("{count} timers: {timers}", count=len(timers), timers=[str(each) for each in timers])


if __name__ == "__main__":
    signal.signal(signal.SIGUSR2, lambda *_: REACTOR.callFromThread(tell_timers))
    sys.exit(twistd.run())
