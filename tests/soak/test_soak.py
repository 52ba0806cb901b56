"""The soak for some seconds, so that it works when it is wanted; and what it is judged by."""

import pytest
from attrs import evolve
from twisted.internet.task import Clock

from tests.confd.versions import Version

from .__main__ import MEMORY_ALLOWANCE_KIB, find_growth, soak_for
from .footprint import Footprint
from .history import History


def test_everything_at_once_for_a_moment() -> None:
    """While all changes nothing goes wrong, and at the end nothing is left."""
    assert soak_for(1.5) == []


@pytest.mark.bench
def test_everything_at_once_for_five_minutes() -> None:
    """The same for long."""
    assert soak_for(300.0) == []


def test_versions_count_while_they_may_be_there() -> None:
    """An answer is right if its version may have been in the file between question and answer, and else wrong."""
    clock = Clock()
    history = History(clock.seconds)
    for answer in (b"1", b"2"):
        clock.advance(10)
        history.begin(Version(b"", {"name": answer}))
        clock.advance(1)
        history.finish()
    right = {
        (answer, begun, ended)
        for answer in (b"1", b"2", b"3")
        for begun, ended in ((0, 9), (10, 10), (15, 20), (21, 22), (23, 30))
        if history.is_right("name", answer, begun, ended)
    }
    assert right == {
        *((b"1", 10, 10), (b"1", 15, 20), (b"1", 21, 22)),
        *((b"2", 21, 22), (b"2", 23, 30)),
    }


def test_growth_is_noticed() -> None:
    """Any more descriptors, threads or timers are, and memory beyond what the interpreter keeps."""
    before = Footprint(descriptors=10, threads=5, timers=3, memory=100_000)
    assert find_growth(before, before) == []
    assert find_growth(before, evolve(before, timers=4, descriptors=11)) == ["descriptors", "timers"]
    assert find_growth(before, evolve(before, memory=100_000 + MEMORY_ALLOWANCE_KIB)) == []
    assert find_growth(before, evolve(before, memory=200_000)) == ["memory"]
