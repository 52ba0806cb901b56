"""The server's half of Luxi: decode a request, encode its answer.

* A request is an object with the members ``method`` and ``args``; all others, ``version`` too, are ignored.
* An answer has the members ``success`` and ``result``, in this order, without blanks.
* A request that cannot be understood is answered by a string, and the server then closes the connection. Every other
  error is answered by ``[class, [argument, …]]``, and the connection goes on.

What the arguments of a method mean is said in :mod:`~ganeti_lite.wire.requests`; the client's half, for programs
that speak both, is re-exported from :mod:`~ganeti_lite.wire.calls`.
"""

import json
from typing import Final

import attrs

from ganeti_lite.errors import GanetiError, RequestParseError

from ._json import dump, load_message
from .calls import MalformedAnswerError, RequestRefused, decode_answer, encode_request
from .framing import TERMINATOR
from .requests import METHODS, Request, decode_arguments

__all__ = [
    "REFUSAL",
    "LuxiRequest",
    "MalformedAnswerError",
    "RequestRefused",
    "decode_answer",
    "decode_request",
    "encode_error",
    "encode_request",
    "encode_success",
    "wrap_success",
]

_SUCCESS: Final = b'{"success":true,"result":'
_FAILURE: Final = b'{"success":false,"result":'
_END: Final = b"}" + TERMINATOR

REFUSAL: Final = _FAILURE + b'"'
"""How an answer begins that says that the request was not understood."""

_METHOD: Final = "Unable to parse LUXI request method: "


@attrs.frozen
class LuxiRequest:
    """A request for a method that exists, its arguments not looked at yet.

    :ivar method: a key of :data:`~ganeti_lite.wire.requests.METHODS`.
    :ivar args: any JSON value.
    """

    method: str
    args: object

    def decode(self) -> Request:
        """The request as a value of its own type.

        :raises RequestParseError: the arguments do not fit the method.
        """
        return decode_arguments(self.method, self.args)


def decode_request(frame: bytes) -> LuxiRequest:
    """The request that a message, without its terminator, holds.

    :raises RequestParseError: it is not JSON, or misses a member, or asks for a method that does not exist.
    """
    message = load_message(frame)
    if not isinstance(message, dict):
        raise RequestParseError("parsing top-level JSON message: Unable to read JSObject")
    for key in ("method", "args"):
        if key not in message:
            present = json.dumps(list(message), ensure_ascii=False, separators=(",", ":"))
            raise RequestParseError(f"key '{key}' not found, object contains only {present}")
    return LuxiRequest(_check_method(message["method"]), message["args"])


def _check_method(method: object) -> str:
    if not isinstance(method, str):
        raise RequestParseError(f"{_METHOD}Can't parse value for 'LuxiReq': Unable to read String")
    if method not in METHODS:
        quoted = json.dumps(method, ensure_ascii=False)
        raise RequestParseError(f"{_METHOD}Invalid string value for type LuxiReq: {quoted}")
    return method


def encode_success(result: object) -> bytes:
    """The message, with its terminator, that brings ``result``: JSON values, strings of any text."""
    return wrap_success(dump(result))


def wrap_success(encoded_result: bytes) -> bytes:
    """The same for a result that is JSON already."""
    return b"".join((_SUCCESS, encoded_result, _END))


def encode_error(error: GanetiError | RequestParseError) -> bytes:
    """The message, with its terminator, that brings an error."""
    result = error.wire_text if isinstance(error, RequestParseError) else error.to_wire()
    return b"".join((_FAILURE, dump(result), _END))
