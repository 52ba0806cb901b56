"""Timers go by a clock that nobody sets."""

import time

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.selectreactor import SelectReactor
from twisted.internet.task import LoopingCall

from ganeti_lite.serving.steady_clock import use_steady_clock


def test_timers_go_by_the_steady_clock() -> None:
    """Single and repeated timers are due by the monotonic clock, and fire."""
    reactor = SelectReactor()
    use_steady_clock(reactor)
    looks = 0
    end: Deferred[None] = Deferred()

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            end.callback(None)

    loop = LoopingCall(look)
    loop.clock = reactor
    reactor.callWhenRunning(loop.start, 0.005)
    call = reactor.callLater(0.01, lambda: end.addCallback(lambda _: reactor.stop()))
    assert abs(call.getTime() - time.monotonic()) < 1
    reactor.run(installSignalHandlers=False)
    loop.stop()
    assert looks >= 3


def test_it_is_not_changed_under_timers() -> None:
    """Timers that go by the other clock would never fire, so the change is refused."""
    reactor = SelectReactor()
    reactor.callLater(1, lambda: None)
    with pytest.raises(RuntimeError, match="another clock"):
        use_steady_clock(reactor)
