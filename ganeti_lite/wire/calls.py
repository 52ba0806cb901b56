"""The client's half of Luxi: encode a request, decode its answer.

Made for programs that live for some milliseconds: it needs nothing but the standard library's JSON.

* A request is ``{"method": …, "args": …, "version": …}``; a server looks at the first two only.
* An answer is ``{"success": true, "result": VALUE}``, ``{"success": false, "result": [CLASS, [ARGUMENT, …]]}`` or
  ``{"success": false, "result": TEXT}``; after the last one the server has closed the connection.
"""

import json
import re
from typing import Final

from ganeti_lite.constants import LUXI_VERSION
from ganeti_lite.errors import error_from_wire

from .framing import TERMINATOR

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class RequestRefused(Exception):  # noqa: N818 - named by what the server did
    """The server could not make sense of the request and says so in prose.

    :ivar text: what it says.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class MalformedAnswerError(Exception):
    """What came back is no answer."""


def encode_request(method: str, args: object) -> bytes:
    """The message that calls ``method``, with its terminator. Half surrogate pairs become U+FFFD."""
    text = json.dumps({"method": method, "args": args, "version": LUXI_VERSION}, ensure_ascii=False)
    return _SURROGATE.sub("\ufffd", text).encode() + TERMINATOR


def decode_answer(frame: bytes) -> object:
    """The result in an answer.

    Bytes that are no UTF-8 (Ganeti's own daemon writes such for text beyond ASCII) read as U+FFFD.

    :raises GanetiError: the server tried and failed.
    :raises RequestRefused: it did not even try.
    :raises MalformedAnswerError: this is not the answer of a Luxi server.
    """
    try:
        answer = json.loads(frame.decode("utf-8", "replace"))
        is_success, result = answer["success"], answer["result"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise MalformedAnswerError(f"not a Luxi answer: {type(error).__name__}: {error}") from error
    if is_success:
        return result
    match result:
        case [str(name), list(arguments)]:
            raise error_from_wire(name, arguments)
        case _:
            raise RequestRefused(result if isinstance(result, str) else json.dumps(result))
