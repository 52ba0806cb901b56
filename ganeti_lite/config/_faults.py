"""Faults of a configuration file: each with the path of its place and what is wrong there."""

from collections.abc import Iterator, Sequence

from attrs import frozen
from cattrs import AttributeValidationNote, BaseValidationError, IterableValidationNote

MAX_SHOWN = 20
"""How many faults an error's text names before it only counts the rest."""


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

    :ivar faults: every faulty place that was found, in file order.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"and {len(self.faults) - MAX_SHOWN} more faults")
        return "; ".join(lines)


def list_faults(error: BaseException, path: tuple[str, ...]) -> Iterator[Fault]:
    """The faults that a failed structuring of the object at *path* reports.

    :param error: what a converter with detailed validation raised.
    """
    if not isinstance(error, BaseValidationError):
        yield Fault("/".join((*path, *getattr(error, "steps", ()))), _describe(error))
        return
    for inner in error.exceptions:
        step = _find_step(inner)
        missing = (str(inner.args[0]),) if isinstance(inner, KeyError) and not step else ()
        yield from list_faults(inner, path + step + missing)


def _find_step(error: BaseException) -> tuple[str, ...]:
    """The attribute or index under which *error* happened, from the converter's notes."""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (str(note.name),)
        if isinstance(note, IterableValidationNote):
            return (str(note.index),)
    return ()


def _describe(error: BaseException) -> str:
    return "is missing" if isinstance(error, KeyError) else str(error)
