"""Drops are counted, and told at a bounded rate."""

from twisted.internet.task import Clock

from confd.drop_log import INTERVAL, DropLog
from tests.doubles.log_events import logged

SENDER = ("192.0.2.9", 4711)


def test_one_line_an_interval() -> None:
    """A thousand drops are one line with a count for each reason and who sent the last; the next ones are another."""
    clock = Clock()
    drops = DropLog(clock)
    with logged() as log:
        for number in range(1000):
            drops.add("not JSON" if number % 4 else "wrong signature", SENDER)
        assert not log.lines
        clock.advance(INTERVAL)
        assert log.lines == [
            "dropped 1000 datagrams: 750 not JSON (last from 192.0.2.9 port 4711), "
            "250 wrong signature (last from 192.0.2.9 port 4711)"
        ]
        clock.advance(INTERVAL)
        drops.add("not JSON", SENDER)
        clock.advance(INTERVAL)
        assert len(log.lines) == 2
        assert log.lines[1].startswith("dropped 1 datagrams")
    assert drops.totals == {"not JSON": 751, "wrong signature": 250}
    assert not clock.getDelayedCalls()


def test_what_was_counted_can_be_told_at_once() -> None:
    """At the daemon's end nothing is kept back; without drops nothing is told."""
    clock = Clock()
    drops = DropLog(clock)
    with logged() as log:
        drops.summarize()
        drops.add("not JSON", SENDER)
        drops.summarize()
        drops.summarize()
    assert len(log.lines) == 1
    assert not clock.getDelayedCalls()
