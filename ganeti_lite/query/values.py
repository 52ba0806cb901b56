"""Values of cells: what a field gives for an object, and the ways in which it can give nothing."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ganeti_lite.constants import ResultStatus


class Missing(NamedTuple):
    """A cell without a value; encodes as it stands, ``[status, null]``."""

    status: int
    value: None = None


UNKNOWN: Final = Missing(ResultStatus.UNKNOWN.value)
NODATA: Final = Missing(ResultStatus.NODATA.value)
NULL: Final = Missing(ResultStatus.NORMAL.value)
"""A null that is the valid value, and that no condition is met by."""

UNAVAIL: Final = Missing(ResultStatus.UNAVAIL.value)
OFFLINE: Final = Missing(ResultStatus.OFFLINE.value)


def thaw(value: Any) -> Any:
    """A read-only JSON value as plain lists and dictionaries."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return value
