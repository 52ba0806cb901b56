"""Bodies of the node RPC: arguments to bytes, answers to values.

A call is ``POST /<name>`` with the arguments as JSON; the answer is ``[true, PAYLOAD]`` or ``[false, "MESSAGE"]`` with
status 200, for failures of the call itself too. Two rules of Ganeti's node daemon decide how arguments are written:

* ASCII only: the daemon decodes a body before it counts its bytes, and waits in vain for the rest of any other;
* arguments that are equal give equal bytes, so that the bytes tell whether two calls are the same.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Final

import orjson
from attrs import frozen

HTTP_OK: Final = 200

REASON_LIMIT: Final = 1000
"""Characters of a failure's reason. Tracebacks and page-long HTML are for the node's own log."""

PLAIN_LIMIT: Final = 512
"""Bytes from which on Ganeti's own jobs compress the contents of files."""

COMPRESSION_LEVEL: Final = 3
"""Of zlib: Ganeti's choice."""

_PLAIN: Final = 0
_COMPRESSED: Final = 1


@frozen
class RpcSuccess:
    """A node's answer.

    :ivar payload: what the JSON says. It may be shared with others who asked the same, so nobody may write to it.
    """

    payload: object


@frozen
class RpcFailure:
    """Why there is no answer from a node.

    :ivar reason: for people; at most :data:`REASON_LIMIT` characters.
    """

    reason: str


RpcResult = RpcSuccess | RpcFailure


def encode_body(arguments: object) -> bytes:
    """The body of a call: compact ASCII JSON with sorted keys.

    :param arguments: what JSON can say; any mapping with string keys counts as an object, a tuple as an array.
    :raises TypeError: there is a value that JSON cannot say.
    :raises ValueError: there is a number that is not finite.
    """
    text = json.dumps(arguments, separators=(",", ":"), sort_keys=True, allow_nan=False, default=_plain_mapping)
    return text.encode("ascii")


def encode_text(content: bytes) -> list[object]:
    """A file's content as an argument: ``[0, text]``, or ``[1, base64 of zlib]`` from :data:`PLAIN_LIMIT` bytes on.

    :param content: UTF-8, since that is what nodes read; anything else in it becomes U+FFFD.
    """
    text = content.decode("utf-8", "replace")
    if len(content) < PLAIN_LIMIT:
        return [_PLAIN, text]
    return [_COMPRESSED, base64.b64encode(zlib.compress(text.encode(), COMPRESSION_LEVEL)).decode("ascii")]


def decode_response(status: int, body: bytes) -> RpcResult:
    """What a node's response means; anything but a good answer is a failure with its reason.

    :param status: of HTTP. One that is not 200 is a failure whatever the body says.
    """
    if status != HTTP_OK:
        return _fail(f"HTTP status {status}")
    try:
        answer: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _fail(f"the answer is not JSON: {error}")
    match answer:
        case [True, payload]:
            return RpcSuccess(payload)
        case [False, message]:
            return _fail(message if isinstance(message, str) else json.dumps(message))
        case _:
            return _fail("the answer is not a pair of success and result")


def _plain_mapping(value: object) -> dict[object, object]:
    """What the encoder makes of a value that it does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is nothing that JSON can say")


def _fail(reason: str) -> RpcFailure:
    return RpcFailure(reason[:REASON_LIMIT])
