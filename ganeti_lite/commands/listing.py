"""The commands ``list`` and ``list-fields`` of any kind of items."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from ganeti_lite.clients.answers import FieldDefinition, QueryAnswer, read_field_definitions, read_query_answer
from ganeti_lite.constants import ErrorCode, ExitCode, FieldKind, ItemType
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.wire.calls import MalformedAnswerError

from .cells import LONG_STATUSES, SHORT_STATUSES, CellStyle, format_column
from .connection import CONNECTION_OPTIONS, connect_for_locks, connect_for_queries
from .definitions import ANY_ARGUMENTS, Command, Invocation, Outcome
from .filters.selection import select_items
from .options import Option, Values
from .output_format import FORMAT, MISSING, render
from .resources import Resource, find_columns_file
from .table import Column, lay_out
from .units import DEFAULT_UNIT, UNIT_FORMATS

if TYPE_CHECKING:
    from .formats import Record
    from .ordering import Order


def _read_order(_name: str, text: str) -> "Order":
    from .ordering import read_order  # noqa: PLC0415 - a listing starts faster without what it does not need

    return read_order(text)


NO_HEADERS: Final = Option(("--no-headers",), "leave out the line of titles")
SEPARATOR: Final = Option(("--separator",), "put this between two columns, and do not align them", "SEPARATOR")
OUTPUT: Final = Option(("--output", "-o"), "the fields to show, by commas; +FIELDS adds to the usual ones", "FIELDS")
UNITS: Final = Option(
    ("--units",), "how to show sizes: h as suits each, m, g or t in MiB, GiB or TiB", "UNITS", tuple(UNIT_FORMATS)
)
VERBOSE: Final = Option(("--verbose", "-v"), "show missing values as words")
FILTER: Final = Option(("--filter", "-F"), "take the argument for a filter, whatever it looks like")
SORT: Final = Option(
    ("--sort",),
    "put the rows in the order of a field, :desc the other way round",
    "FIELD",
    read=_read_order,
    is_addition=True,
)
STATIC: Final = Option(
    ("--static",), "ask no node: what only a node knows is shown as a value that could not be had", is_addition=True
)

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
    static = (STATIC,) if resource.live_fields else ()
    by_name = ", those with the given names or globs, or those that pass a filter" if resource.arity.most != 0 else ""
    return Command(
        name="list",
        run=partial(list_items, resource),
        synopsis=resource.list_synopsis,
        description=(
            f"Lists {resource.plural}: all{by_name}. "
            f'"list-fields" shows what can be listed; by default this is {", ".join(resource.default_fields)}.'
        ),
        own_options=(
            *(NO_HEADERS, SEPARATOR, *units, OUTPUT, VERBOSE, *filter_flag, *resource.own_options),
            *(FORMAT, SORT, *static, *CONNECTION_OPTIONS),
        ),
        defaults_variable=resource.defaults_variable,
        arity=resource.arity,
    )


def list_fields_command(resource: Resource) -> Command:
    """The command that lists the fields that items have."""
    return Command(
        name="list-fields",
        run=partial(list_fields, resource),
        synopsis=resource.list_fields_synopsis,
        description=f"Lists the fields of {resource.plural}: all, or the given ones.",
        own_options=(NO_HEADERS, SEPARATOR, FORMAT, *CONNECTION_OPTIONS),
        arity=ANY_ARGUMENTS,
    )


def list_items(resource: Resource, invocation: Invocation) -> Outcome:
    """Ask for items and lay them out."""
    options = invocation.options
    fields = [*choose_fields(options.text(OUTPUT.key), _find_default_columns(resource, invocation.environ))]
    fields += [field for field in resource.more_fields(options) if field not in fields]
    order = options.value(SORT.key)
    qfilter = _combine(
        select_items(invocation.arguments, options.has(FILTER.key), resource.name_field, resource.to_name),
        resource.restrict(options),
    )
    answer = _ask(resource, invocation, fields, qfilter, order)
    return Outcome(_show(resource, invocation, answer, len(fields)), *_judge_fields(answer.fields))


def _find_default_columns(resource: Resource, environ: Mapping[str, str]) -> Sequence[str]:
    path = find_columns_file(environ)
    if path is None:
        return resource.default_fields
    from .default_columns import read_columns  # noqa: PLC0415 - most users have no such file

    return read_columns(path).get(resource.item_type, resource.default_fields)


def _combine(names: object, restriction: object) -> object:
    """The qfilter for what passes both; ``None`` stands for everything."""
    return ["&", names, restriction] if names is not None and restriction is not None else names or restriction


def _ask(
    resource: Resource, invocation: Invocation, fields: Sequence[str], qfilter: object, order: "Order | None"
) -> QueryAnswer:
    """The items, in the order that is wanted; the field that they are sorted by is behind the others if need be."""
    sorted_by = [order.field] if order is not None and order.field not in fields else []
    wanted = [*fields, *sorted_by]
    connect = connect_for_locks if resource.item_type is ItemType.LOCK else connect_for_queries
    with connect(invocation) as client:
        if invocation.options.has(STATIC.key):
            from .static_queries import ask_statically  # noqa: PLC0415 - as in the other places

            answer = ask_statically(client, resource, wanted, qfilter)
        else:
            answer = read_query_answer(client.query(resource.item_type, wanted, qfilter))
    if order is None:
        return answer
    from .ordering import sort_rows  # noqa: PLC0415 - as in the other places

    return answer._replace(
        rows=sort_rows(answer.rows, wanted.index(order.field), is_reversed=order.is_reversed),
    )


def _show(resource: Resource, invocation: Invocation, answer: QueryAnswer, count: int) -> list[str]:
    """The lines of a listing that has as many columns."""
    options = invocation.options

    def to_table() -> list[str]:
        shown = answer if count == len(answer.fields) else _cut(answer, count)
        colors = resource.colors if invocation.console.has_colors and not options.has(SEPARATOR.key) else None
        return _lay_out(format_answer(shown, _choose_style(resource, options)._replace(colors=colors)), options)

    def to_records() -> "list[Record]":
        from .formats import make_records  # noqa: PLC0415 - as in the other places

        return make_records(answer, count)

    return render(options, to_table, to_records, [field.name for field in answer.fields[:count]])


def _cut(answer: QueryAnswer, count: int) -> QueryAnswer:
    return QueryAnswer(answer.fields[:count], [row[:count] for row in answer.rows])


def list_fields(resource: Resource, invocation: Invocation) -> Outcome:
    """Ask for fields and lay them out."""
    with connect_for_queries(invocation) as client:
        fields = read_field_definitions(client.query_fields(resource.item_type, invocation.arguments or None))
    lines = render(
        invocation.options,
        lambda: _lay_out(format_fields(fields), invocation.options),
        lambda: [{**field._asdict(), MISSING: {}} for field in fields],
        FieldDefinition._fields,
    )
    return Outcome(lines, *_judge_fields(fields))


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
