"""Running a generator of effects."""

from collections.abc import Generator
from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed

from ganeti_lite.errors import GenericError
from ganeti_lite.masterd.drive import drive

from .results import outcome

Work = Generator[str, Any, list[object]]


def test_each_effect_brings_its_outcome() -> None:
    """In order; the generator's result is the result."""

    def work() -> Work:
        return [(yield "a"), (yield "b")]

    assert outcome(drive(work(), lambda effect: succeed(effect.upper()))) == ["A", "B"]


def test_work_without_effects_is_done_at_once() -> None:
    """Nothing is performed."""

    def work() -> Work:
        yield from ()
        return [1]

    assert outcome(drive(work(), lambda _: fail(AssertionError()))) == [1]


def test_a_failure_is_raised_where_it_belongs() -> None:
    """The generator may go on with something else."""

    def work() -> Work:
        try:
            yield "bad"
        except GenericError as error:
            return [str(error), (yield "good")]
        return []

    def perform(effect: str) -> Deferred[str]:
        return succeed(effect) if effect == "good" else fail(GenericError("broken"))

    assert outcome(drive(work(), perform)) == ["broken", "good"]


def test_an_effect_that_cannot_be_begun_is_a_failure_too() -> None:
    """Raising is as good as failing."""

    def work() -> Work:
        yield "bad"
        return []

    def perform(_effect: str) -> Deferred[str]:
        raise GenericError("no way")

    with pytest.raises(GenericError, match="no way"):
        outcome(drive(work(), perform))


def test_cancelling_is_told_to_what_it_waits_for() -> None:
    """The generator sees it, and can clean up by further effects."""
    pending: Deferred[object] = Deferred()
    performed: list[str] = []

    def work() -> Work:
        try:
            yield "wait"
        except CancelledError:
            yield "clean up"
            raise
        return []

    def perform(effect: str) -> Deferred[object]:
        performed.append(effect)
        return pending if effect == "wait" else succeed(None)

    driven = drive(work(), perform)
    driven.cancel()
    with pytest.raises(CancelledError):
        outcome(driven)
    assert performed == ["wait", "clean up"]
