"""Errors and the names that clients know them by."""

import pytest

from ganeti_lite import errors
from ganeti_lite.errors import (
    ForeignError,
    GanetiError,
    HooksAbort,
    HooksFailure,
    JobQueueDrainError,
    JobQueueError,
    JobQueueFull,
    error_from_wire,
)


def classes() -> list[type[GanetiError]]:
    """Every class of errors that is sent by a name of its own."""
    found = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, GanetiError)]
    return [cls for cls in found if cls not in (GanetiError, ForeignError)]


@pytest.mark.parametrize("cls", classes())
def test_every_class_is_known_by_its_own_name(cls: type[GanetiError]) -> None:
    """What is sent comes back as the class that it was."""
    assert cls.wire_class == cls.__name__
    name, arguments = cls("text").to_wire()
    assert isinstance(name, str)
    assert isinstance(arguments, list)
    assert type(error_from_wire(name, arguments)) is cls


def test_jobs_are_refused_by_the_names_that_clients_look_for() -> None:
    """A drained queue and a full one are told apart; the latter has nothing to say."""
    assert JobQueueFull().to_wire() == ["JobQueueFull", []]
    assert JobQueueDrainError("text").to_wire() == ["JobQueueDrainError", ["text"]]
    assert issubclass(JobQueueFull, JobQueueError)


def test_refusal_of_hooks_names_each_script() -> None:
    """The only argument is the list of who refused, on which node, saying what."""
    refusal = [["node1", "instance-add-pre.d/10quota", "no"]]
    assert HooksAbort(refusal).to_wire() == ["HooksAbort", [refusal]]
    assert issubclass(HooksAbort, HooksFailure)
