"""Cells in their encoded form: ``[status, value]`` as JSON.

A whole column is encoded by one call of the encoder, one value a line (JSON has no raw line ends), and equal values
share one encoded cell.
"""

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from ganeti_lite.constants import ResultStatus

from .values import Missing

_NORMAL: Final = ResultStatus.NORMAL.value
_NORMAL_HEAD: Final = b"[0,"
_SCALARS: Final = (str, int, bool)
"""Types whose values encode alike if they are equal. Not floats: ``0.0 == -0.0``."""


def _encode_unknown_type(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a field gave a {type(value).__name__}, which is no JSON value: {value!r}")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_encode_unknown_type)


def encode_cells(values: Sequence[object]) -> list[bytes]:
    """The cells of a column of values."""
    keys = _list_equality_keys(values)
    if keys is None:
        return _encode_each(values)
    distinct = dict(zip(keys, values, strict=True))
    if 2 * len(distinct) > len(values):
        return _encode_each(values)
    encoded = dict(zip(distinct, _encode_each(list(distinct.values())), strict=True))
    return [encoded[key] for key in keys]


def _list_equality_keys(values: Sequence[Any]) -> Sequence[Hashable] | None:
    """Keys that are equal only for values that encode alike; None if that cannot be had cheaply.

    Scalars are compared only where all are of one type, since ``1 == True == 1.0``.
    """
    kinds = set(map(type, values)) - {Missing}
    if len(kinds) != 1:
        return None
    if kinds <= set(_SCALARS):
        return values
    return list(map(id, values)) if kinds == {MappingProxyType} else None


def _encode_each(values: Sequence[object]) -> list[bytes]:
    # A list, since msgspec (0.22) never lets go of an iterator: 200 bytes for each field of each query.
    cells = [value if type(value) is Missing else (_NORMAL, value) for value in values]
    return _ENCODER.encode_lines(cells).split(b"\n")[:-1]


def strip_status(cell: bytes) -> bytes:
    """The bare value of an encoded cell; null if it has none."""
    return cell[len(_NORMAL_HEAD) : -1] if cell.startswith(_NORMAL_HEAD) else b"null"


def encode_json(value: object) -> bytes:
    """Any read-only JSON value."""
    return _ENCODER.encode(value)


def join_table(columns: Sequence[Sequence[bytes]], length: int) -> bytes:
    """The JSON list of rows that *columns* of encoded cells make; *length* rows, also of no columns."""
    rows = map(b",".join, zip(*columns, strict=True)) if columns else (b"" for _ in range(length))
    return b"[[" + b"],[".join(rows) + b"]]" if length else b"[]"
