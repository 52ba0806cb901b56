"""The cells of a listing as text: a column at a time, by the kind of its field and the status of each cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.clients.answers import FieldDefinition
from ganeti_lite.constants import FieldKind, ResultStatus

from .colors import MISSING_COLOR, Colors, choose_color
from .table import Column
from .timestamps import format_timestamp
from .units import DEFAULT_UNIT, UNIT_FORMATS

CellFormat = Callable[[Any], str]
"""Makes the text of a cell that has a value: any JSON, as its field is defined."""

SHORT_STATUSES: Final[Mapping[int, str]] = {
    ResultStatus.UNKNOWN: "??",
    ResultStatus.NODATA: "?",
    ResultStatus.UNAVAIL: "-",
    ResultStatus.OFFLINE: "*",
}
STATUS_WORDS: Final[Mapping[int, str]] = {
    ResultStatus.UNKNOWN: "unknown",
    ResultStatus.NODATA: "nodata",
    ResultStatus.UNAVAIL: "unavail",
    ResultStatus.OFFLINE: "offline",
}
LONG_STATUSES: Final[Mapping[int, str]] = {status: f"({word})" for status, word in STATUS_WORDS.items()}

_RIGHT_ALIGNED: Final = frozenset({FieldKind.NUMBER, FieldKind.FLOAT, FieldKind.UNIT})


class CellStyle(NamedTuple):
    """What the user chose about cells.

    :ivar unit: a key of :data:`~ganeti_lite.commands.units.UNIT_FORMATS`.
    :ivar statuses: what stands in the place of a missing value.
    :ivar overrides: formats of fields that do not follow their kind, by the field's name; left-aligned.
    :ivar colors: of values by field; ``None`` for a table without colours.
    """

    unit: str = DEFAULT_UNIT
    statuses: Mapping[int, str] = SHORT_STATUSES
    overrides: Mapping[str, CellFormat] = {}
    colors: Mapping[str, Colors] | None = None


def format_column(field: FieldDefinition, cells: Sequence[Sequence[Any]], style: CellStyle) -> Column:
    """One field's column.

    :param cells: a ``[status, value]`` for each row.
    """
    override = style.overrides.get(field.name)
    to_text = override or _format_of_kind(field.kind, style.unit)
    statuses = style.statuses
    texts = [to_text(value) if not status else statuses.get(status, "?") for status, value in cells]
    is_right_aligned = override is None and field.kind in _RIGHT_ALIGNED
    if style.colors is None:
        return Column(field.title, texts, is_right_aligned)
    colors = style.colors.get(field.name, {})
    painted = [MISSING_COLOR if status else choose_color(colors, str(value)) for status, value in cells]
    return Column(field.title, texts, is_right_aligned, painted)


def join_with_commas(values: Sequence[object]) -> str:
    """The elements of a list, without blanks between them."""
    return ",".join(map(str, values))


def _format_of_kind(kind: str, unit: str) -> CellFormat:
    match kind:
        case FieldKind.BOOL:
            return _format_bool
        case FieldKind.UNIT:
            return UNIT_FORMATS[unit]
        case FieldKind.TIMESTAMP:
            return format_timestamp
        case _:
            return str


def _format_bool(value: object) -> str:
    return "Y" if value else "N"
