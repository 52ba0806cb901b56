"""The commands ``list`` and ``list-fields`` of any kind of items."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from ganeti_lite.clients.answers import FieldDefinition, QueryAnswer, read_field_definitions, read_query_answer
from ganeti_lite.constants import ErrorCode, ExitCode, FieldKind
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.wire.calls import MalformedAnswerError

from .cells import LONG_STATUSES, SHORT_STATUSES, CellStyle, format_column
from .connection import connect_for_queries
from .definitions import Command, Invocation, Outcome
from .filters.selection import select_items
from .options import Option, Values
from .resources import Resource
from .table import Column, lay_out
from .units import DEFAULT_UNIT, UNIT_FORMATS

NO_HEADERS: Final = Option(("--no-headers",), "leave out the line of titles")
SEPARATOR: Final = Option(("--separator",), "put this between two columns, and do not align them", "SEPARATOR")
OUTPUT: Final = Option(("--output", "-o"), "the fields to show, by commas; +FIELDS adds to the usual ones", "FIELDS")
UNITS: Final = Option(
    ("--units",), "how to show sizes: h as suits each, m, g or t in MiB, GiB or TiB", "UNITS", tuple(UNIT_FORMATS)
)
VERBOSE: Final = Option(("--verbose", "-v"), "show missing values as words")
FILTER: Final = Option(("--filter", "-F"), "take the argument for a filter, whatever it looks like")

_KIND_NAMES: Final[Mapping[str, str]] = {
    FieldKind.UNKNOWN: "Unknown",
    FieldKind.TEXT: "Text",
    FieldKind.BOOL: "Boolean",
    FieldKind.NUMBER: "Number",
    FieldKind.FLOAT: "Floating-point number",
    FieldKind.UNIT: "Storage size",
    FieldKind.TIMESTAMP: "Timestamp",
    FieldKind.OTHER: "Custom",
}


def list_command(resource: Resource) -> Command:
    """The command that lists items."""
    units = (UNITS,) if resource.has_units else ()
    filter_flag = (FILTER,) if resource.has_filter_flag else ()
    return Command(
        name="list",
        run=partial(list_items, resource),
        synopsis=resource.list_synopsis,
        description=(
            f"Lists {resource.plural}: all, those with the given names or globs, or those that pass a filter. "
            f'"list-fields" shows what can be listed; by default this is {", ".join(resource.default_fields)}.'
        ),
        own_options=(NO_HEADERS, SEPARATOR, *units, OUTPUT, VERBOSE, *filter_flag),
        defaults_variable=resource.defaults_variable,
    )


def list_fields_command(resource: Resource) -> Command:
    """The command that lists the fields that items have."""
    return Command(
        name="list-fields",
        run=partial(list_fields, resource),
        synopsis=resource.list_fields_synopsis,
        description=f"Lists the fields of {resource.plural}: all, or the given ones.",
        own_options=(NO_HEADERS, SEPARATOR),
    )


def list_items(resource: Resource, invocation: Invocation) -> Outcome:
    """Ask for items and lay them out."""
    options = invocation.options
    fields = choose_fields(options.text(OUTPUT.key), resource.default_fields)
    qfilter = select_items(invocation.arguments, options.has(FILTER.key))
    with connect_for_queries(invocation.environ) as client:
        answer = read_query_answer(client.query(resource.item_type, fields, qfilter))
    lines = _lay_out(format_answer(answer, _choose_style(resource, options)), options)
    return Outcome(lines, *_judge_fields(answer.fields))


def list_fields(resource: Resource, invocation: Invocation) -> Outcome:
    """Ask for fields and lay them out."""
    with connect_for_queries(invocation.environ) as client:
        fields = read_field_definitions(client.query_fields(resource.item_type, invocation.arguments or None))
    return Outcome(_lay_out(format_fields(fields), invocation.options), *_judge_fields(fields))


def choose_fields(chosen: str | None, defaults: Sequence[str]) -> Sequence[str]:
    """The fields that ``--output`` asks for.

    :raises OpPrereqError: one of them has no name.
    """
    if chosen is None:
        return defaults
    fields = [*defaults, *chosen[1:].split(",")] if chosen.startswith("+") else chosen.split(",")
    if "" in fields:
        raise OpPrereqError(f"Fields must have names, but one of '{chosen}' has none", ErrorCode.WRONG_INPUT)
    return fields


def format_answer(answer: QueryAnswer, style: CellStyle) -> list[Column]:
    """The columns of a list.

    :raises MalformedAnswerError: a cell is none, or has a value that does not fit its field.
    """
    cells = zip(*answer.rows, strict=True) if answer.rows else ((),) * len(answer.fields)
    try:
        return [format_column(field, column, style) for field, column in zip(answer.fields, cells, strict=True)]
    except (TypeError, ValueError) as error:
        raise MalformedAnswerError(f"the answer has a cell that does not fit its field: {error}") from error


def format_fields(fields: Sequence[FieldDefinition]) -> list[Column]:
    """The columns of a list of fields."""
    return [
        Column("Name", [field.name for field in fields]),
        Column("Type", [_KIND_NAMES.get(field.kind, field.kind) for field in fields]),
        Column("Title", [field.title for field in fields]),
        Column("Description", [field.doc for field in fields]),
    ]


def _choose_style(resource: Resource, options: Values) -> CellStyle:
    unit = options.text(UNITS.key) or ("m" if options.text(SEPARATOR.key) else DEFAULT_UNIT)
    return CellStyle(unit, LONG_STATUSES if options.has(VERBOSE.key) else SHORT_STATUSES, resource.overrides)


def _lay_out(columns: Sequence[Column], options: Values) -> list[str]:
    return lay_out(columns, not options.has(NO_HEADERS.key), options.text(SEPARATOR.key))


def _judge_fields(fields: Sequence[FieldDefinition]) -> tuple[tuple[str, ...], int]:
    unknown = [field.name for field in fields if field.kind == FieldKind.UNKNOWN]
    if not unknown:
        return (), ExitCode.SUCCESS
    return (f"Warning: Queried for unknown fields {', '.join(unknown)}",), ExitCode.UNKNOWN_FIELD
