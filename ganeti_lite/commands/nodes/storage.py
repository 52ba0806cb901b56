"""``gnt-node list-storage``: the storage units of nodes, which a job finds out."""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.definitions import ANY_ARGUMENTS, Command, Invocation, Outcome
from ganeti_lite.commands.info import read_rows
from ganeti_lite.commands.listing import NO_HEADERS, OUTPUT, SEPARATOR, UNITS, choose_fields
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.commands.output_format import FORMAT, render
from ganeti_lite.commands.submission.running import PRIORITY, make_opcode, run_opcode
from ganeti_lite.commands.table import Column, lay_out
from ganeti_lite.commands.units import DEFAULT_UNIT, UNIT_FORMATS
from ganeti_lite.wire.calls import MalformedAnswerError

STORAGE_TYPE: Final = Option(
    ("--storage-type", "-t"),
    "of which kind",
    "STORAGE_TYPE",
    ("file", "lvm-pv", "lvm-vg", "sharedfile", "gluster"),
)

_TITLES: Final = {
    "node": "Node",
    "type": "Type",
    "name": "Name",
    "size": "Size",
    "used": "Used",
    "free": "Free",
    "allocatable": "Allocatable",
}
_SIZES: Final = frozenset({"size", "used", "free"})


def list_storage(invocation: Invocation) -> Outcome:
    """Ask for storage units and lay them out."""
    options = invocation.options
    fields = choose_fields(options.text(OUTPUT.key), tuple(_TITLES))
    parameters = {
        "nodes": list(invocation.arguments),
        "output_fields": list(fields),
        "storage_type": options.text(STORAGE_TYPE.key),
    }
    with connect_for_jobs(invocation) as client:
        rows = run_opcode(invocation, client, make_opcode(invocation, "OP_NODE_QUERY_STORAGE", parameters))
    records = read_rows(rows, fields)
    return Outcome(render(options, lambda: _lay_out(fields, rows, options), lambda: records, fields))


def _lay_out(fields: Sequence[str], rows: Sequence[Sequence[Any]], options: Values) -> list[str]:
    unit = options.text(UNITS.key) or ("m" if options.text(SEPARATOR.key) else DEFAULT_UNIT)
    try:
        columns = [_make_column(name, [row[index] for row in rows], unit) for index, name in enumerate(fields)]
    except (TypeError, ValueError) as error:
        raise MalformedAnswerError(f"the answer has a cell that does not fit its field: {error}") from error
    return lay_out(columns, not options.has(NO_HEADERS.key), options.text(SEPARATOR.key))


def _make_column(field: str, values: Sequence[Any], unit: str) -> Column:
    return Column(_TITLES.get(field, field), [_format(field, value, unit) for value in values], field in _SIZES)


def _format(field: str, value: Any, unit: str) -> str:
    if field == "allocatable":
        return "Y" if value else "N"
    if field in _SIZES and str(value).lstrip("-").isdecimal():
        return UNIT_FORMATS[unit](int(value))
    return str(value)


LIST_STORAGE: Final = Command(
    "list-storage",
    list_storage,
    "[<node-name>...]",
    f"Lists the storage units of nodes, of all if none is named. The fields are {', '.join(_TITLES)}.",
    (NO_HEADERS, SEPARATOR, UNITS, OUTPUT, STORAGE_TYPE, PRIORITY, FORMAT, *CONNECTION_OPTIONS),
    arity=ANY_ARGUMENTS,
)
