"""The commands that tell everything about some things: as a report, or as records for programs."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from ganeti_lite.wire.calls import MalformedAnswerError

from .connection import CONNECTION_OPTIONS, connect_for_queries
from .definitions import ANY_ARGUMENTS, Arity, Command, Invocation, Outcome, fail
from .formats import Record
from .options import Option
from .output_format import FORMAT, render
from .report import lay_out_report


class Subject(NamedTuple):
    """Something to tell about.

    :ivar fetch: asks for the records; raises :class:`NothingToTell` if that is refused.
    :ivar describe: the lines about them.
    """

    fetch: Callable[[Invocation], Sequence[Record]]
    describe: Callable[[Sequence[Record]], list[str]]


class NothingToTell(Exception):  # noqa: N818 - named by what it means
    """A command cannot tell anything, and says why.

    :ivar lines: for standard output.
    :ivar complaints: for standard error.
    """

    def __init__(self, *complaints: str, lines: Sequence[str] = ()) -> None:
        super().__init__(*complaints)
        self.complaints = complaints
        self.lines = list(lines)


def info_command(
    subject: Subject,
    synopsis: str,
    description: str,
    *,
    own_options: tuple[Option, ...] = (),
    arity: Arity = ANY_ARGUMENTS,
    name: str = "info",
) -> Command:
    """The command that tells about a subject."""
    return Command(
        name=name,
        run=partial(show, subject),
        synopsis=synopsis,
        description=description,
        own_options=(*own_options, FORMAT, *CONNECTION_OPTIONS),
        arity=arity,
    )


def show(subject: Subject, invocation: Invocation) -> Outcome:
    """Ask for records and print them."""
    try:
        records = subject.fetch(invocation)
    except NothingToTell as reason:
        return fail(*reason.complaints)._replace(lines=reason.lines)
    try:
        return Outcome(render(invocation.options, lambda: subject.describe(records), lambda: records))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise MalformedAnswerError(f"the answer lacks something: {error}") from error


def as_report(describe: Callable[[Record], object]) -> Callable[[Sequence[Record]], list[str]]:
    """The lines of a report that is a list with an item for each record."""
    return lambda records: lay_out_report([describe(record) for record in records])


def fetch_rows(method: str, fields: Sequence[str], invocation: Invocation) -> list[Record]:
    """The items with the names that are the arguments, all if there are none, by one of the classic queries."""
    with connect_for_queries(invocation) as client:
        return read_rows(client.call(method, [list(invocation.arguments), list(fields), False]), fields)


def read_rows(rows: object, fields: Sequence[str]) -> list[Record]:
    """Records of the rows that a classic query answers with.

    :raises MalformedAnswerError: these are no rows.
    """
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == len(fields) for row in rows):
        raise MalformedAnswerError("the answer's rows do not fit its fields")
    return [dict(zip(fields, row, strict=True)) for row in rows]
