"""The results of ``Query`` and ``QueryFields`` as values, checked as far as a client relies on them."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

from ganeti_lite.wire.calls import MalformedAnswerError


class FieldDefinition(NamedTuple):
    """What a server says of a field.

    :ivar kind: one of :class:`~ganeti_lite.constants.FieldKind`, or what a newer server has.
    :ivar doc: a sentence for people.
    """

    name: str
    title: str
    kind: str
    doc: str


class QueryAnswer(NamedTuple):
    """The result of a query.

    :ivar fields: one for each field that was asked for, in that order.
    :ivar rows: one for each item, each with a ``[status, value]`` for each field.
    """

    fields: tuple[FieldDefinition, ...]
    rows: Sequence[Sequence[Sequence[Any]]]


def read_query_answer(result: object) -> QueryAnswer:
    """The result of ``Query``.

    :raises MalformedAnswerError: it has no fields, no data, or rows that do not fit the fields.
    """
    fields = read_field_definitions(result)
    rows = result.get("data") if isinstance(result, dict) else None
    if not _are_rows(rows, len(fields)):
        raise MalformedAnswerError("the answer's rows do not fit its fields")
    return QueryAnswer(fields, rows)


def read_field_definitions(result: object) -> tuple[FieldDefinition, ...]:
    """The definitions in the result of ``Query`` or ``QueryFields``.

    :raises MalformedAnswerError: there are none.
    """
    try:
        definitions = result["fields"]  # type: ignore[index] # what cannot be indexed is told apart just below
        return tuple(FieldDefinition(*(field[key] for key in FieldDefinition._fields)) for field in definitions)
    except (TypeError, KeyError, IndexError) as error:
        raise MalformedAnswerError("the answer does not define its fields") from error


def _are_rows(rows: object, width: int) -> TypeGuard[Sequence[Sequence[Sequence[Any]]]]:
    return isinstance(rows, list) and set(map(type, rows)) <= {list} and set(map(len, rows)) <= {width}
