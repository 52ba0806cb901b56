"""Job ids as arguments, points in time and spans of time as people write them."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.wire.calls import RequestRefused

_SECONDS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def read_job_id(text: str) -> int:
    """A job's number.

    :raises OpPrereqError: it is none.
    """
    try:
        return int(text)
    except ValueError as error:
        raise OpPrereqError(f"Invalid job ID passed: {error}", ErrorCode.WRONG_INPUT) from error


def require_job_id(method: str, text: str) -> int:
    """A job's number for a request that takes nothing else.

    :raises RequestRefused: it is none; Ganeti's client says so before it asks.
    """
    try:
        return int(text)
    except ValueError as error:
        reason = f"Invalid parameter passed to {method} as job id:  expected integer, got value {text}"
        raise RequestRefused(reason) from error


def read_duration(text: str) -> int:
    """Seconds, of a whole number with a unit (s, m, h, d, w) or none.

    :raises OpPrereqError: it is none.
    """
    if not text:
        raise OpPrereqError("Empty time specification passed", ErrorCode.WRONG_INPUT)
    digits, seconds = (text[:-1], _SECONDS[text[-1]]) if text[-1] in _SECONDS else (text, 1)
    if not digits:
        raise OpPrereqError("Invalid time specification (only suffix passed)", ErrorCode.WRONG_INPUT)
    try:
        return int(digits) * seconds
    except ValueError as error:
        raise OpPrereqError(f"Invalid time specification '{digits}'", ErrorCode.WRONG_INPUT) from error
