"""Raw slices of JSON: cut without being decoded, compared as bytes, decoded only where they changed."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from ._containers import Steps
from ._faults import ConfigFormatError, Fault
from ._scalars import describe

Slice: TypeAlias = msgspec.Raw
"""The bytes of one JSON value. A slice that was cut from others keeps them alive; its ``copy()`` does not."""

Slices: TypeAlias = Mapping[str, Slice]


def split(data: bytes | Slice, path: Steps = ()) -> Slices:
    """The members of the JSON object *data*, found at *path*, in file order; of equal keys the last one counts.

    :raises ConfigFormatError: it is no JSON object.
    """
    try:
        return msgspec.json.decode(data, type=dict[str, Slice])
    except msgspec.ValidationError as error:
        message = f"expected an object, got {describe(decode(data, path))}"
        raise ConfigFormatError([Fault("/".join(path), message)]) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _explain_bad_json(data, path, error) from error


def decode(data: bytes | Slice, path: Steps) -> object:
    """The JSON value *data*, found at *path*; raises ConfigFormatError if it is not JSON."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _explain_bad_json(data, path, error) from error


def _explain_bad_json(data: bytes | Slice, path: Steps, error: Exception) -> ConfigFormatError:
    size = len(bytes(data))
    message = f"cannot be read as JSON ({size} bytes): {error}" if size else "is empty"
    return ConfigFormatError([Fault("/".join(path), message)])
