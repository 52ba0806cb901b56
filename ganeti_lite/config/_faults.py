"""Faults of a configuration file: each with the path of its place and what is wrong there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen
from cattrs import AttributeValidationNote, BaseValidationError, IterableValidationNote

from ._containers import Complaint, MemberError, Steps

MAX_SHOWN: Final = 20
"""How many faults an error's text names before it only counts the rest."""

_SECRET_KEYS: Final = frozenset({"osparams_private", "osparams_private_cluster", "osparams_secret"})
"""Keys of objects whose values neither the log nor clients are to see."""

BAG: Final = "unknown"
"""The attribute that keeps an object's unknown keys: no step of a path, since the file has no such level."""


@frozen
class Fault:
    """One wrong place.

    :ivar path: keys and list indexes from the top, joined by ``/``; empty for the file as a whole.
    :ivar message: what is wrong and what was expected.
    """

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ConfigFormatError(Exception):
    """A configuration that cannot be read.

    :ivar faults: every faulty place that was found, in file order; what is missing comes last in its object.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"and {len(self.faults) - MAX_SHOWN} more faults")
        return "; ".join(lines)


def list_faults(error: BaseException, value: object, path: Steps) -> list[Fault]:
    """The faults that a failed structuring of *value*, the object at *path*, reports.

    :param error: what a converter with detailed validation raised.
    """
    complaints = sorted(_find_complaints(error, ()), key=lambda complaint: _find_place(value, complaint[0]))
    return [Fault("/".join((*path, *steps)), _conceal((*path, *steps), message)) for steps, message in complaints]


def _conceal(path: Steps, message: str) -> str:
    """The message without the value, where that is nobody's business."""
    return message.partition(", got ")[0] if _SECRET_KEYS.intersection(path) else message


def _find_complaints(error: BaseException, path: Steps) -> Iterator[Complaint]:
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _find_complaints(inner, path + _find_step(inner))
    elif isinstance(error, MemberError):
        yield from ((path + steps, message) for steps, message in error.complaints)
    else:
        yield path, "is missing" if isinstance(error, KeyError) else str(error)


def _find_step(error: BaseException) -> Steps:
    """The attribute or index under which *error* happened, from the converter's notes."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return () if note.name == BAG else (note.name,)
        if isinstance(note, IterableValidationNote):
            return (str(note.index),)
    return (str(error.args[0]),) if isinstance(error, KeyError) else ()


def _find_place(value: object, steps: Steps) -> tuple[int, ...]:
    """Where *steps* lead: the position among its siblings of each, beyond the last if it is missing."""
    places = []
    for step in steps:
        members = _index_members(value)
        places.append(list(members).index(step) if step in members else len(members))
        value = members.get(step)
    return tuple(places)


def _index_members(value: object) -> Mapping[str, object]:
    if isinstance(value, list):
        return {str(index): item for index, item in enumerate(value)}
    return value if isinstance(value, dict) else {}
