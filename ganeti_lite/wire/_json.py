"""JSON as the Luxi server reads and writes it.

Reading is strict except where Ganeti's daemon is lenient and a client may depend on it:

* the first byte is ``{`` or ``[``: no blanks, no byte order mark, no bare value;
* of several members ``method`` or ``args`` the first counts (of others, and in objects inside the arguments, the last:
  no query has objects there, and no client repeats keys);
* broken UTF-8 and halves of surrogate pairs read as U+FFFD.

orjson does the work. Only a text that it refuses, or that may repeat a key, is read a second time, slower.
"""

import json
import re
from collections.abc import Sequence
from typing import Final

import orjson

from ganeti_lite.errors import RequestParseError

_WHERE: Final = "parsing top-level JSON message: "
_NOT_TOP_LEVEL: Final = _WHERE + "Invalid JSON: a JSON text a serialized object or array at the top level."
_TOO_DEEP: Final = _WHERE + "Malformed JSON: nested too deeply"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|([89a-fA-F][0-9a-fA-F]{2}))"
)
"""A surrogate pair, or half of one (then group 2 is there), with the escaped backslashes before it (group 1)."""


def load_message(frame: bytes) -> object:
    """The object or array that ``frame`` holds.

    :raises RequestParseError: it holds none, or one of more levels than orjson reads (1,024).
    """
    if frame[:1] not in (b"{", b"["):
        raise RequestParseError(_NOT_TOP_LEVEL)
    try:
        message: object = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        if not _is_about_text(error):
            raise RequestParseError(_describe(error)) from error
        frame = _replace_broken_text(frame)
        message = _load_repaired(frame)
    return _load_first_wins(frame) if _may_repeat_keys(frame) else message


def dump(value: object) -> bytes:
    """Compact UTF-8 JSON of a value. Half surrogate pairs become U+FFFD, numbers that are not finite null."""
    try:
        return orjson.dumps(value)
    except TypeError:  # also for integers of more than 64 bits and for more than 254 levels
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _SURROGATE.sub("\ufffd", text).encode()


def _is_about_text(error: orjson.JSONDecodeError) -> bool:
    """Whether the JSON itself may be right, but for bytes or escapes that are no text."""
    return "UTF-8" in error.msg or "surrogate" in error.msg


def _replace_broken_text(frame: bytes) -> bytes:
    text = frame.decode("utf-8", "replace").encode()
    return _SURROGATE_ESCAPE.sub(lambda match: match[1] + rb"\ufffd" if match[2] else match[0], text)


def _load_repaired(frame: bytes) -> object:
    try:
        message: object = orjson.loads(frame)
    except orjson.JSONDecodeError as error:
        raise RequestParseError(_describe(error)) from error
    return message


def _describe(error: orjson.JSONDecodeError) -> str:
    if "depth" in error.msg:
        return _TOO_DEEP
    if "after document" in error.msg:
        rest = json.dumps(error.doc[error.pos : error.pos + 10], ensure_ascii=False)
        return f"{_WHERE}Invalid tokens at end of JSON string: {rest}"
    expected = "expecting string" if "string key" in error.msg else error.msg
    return f"{_WHERE}Malformed JSON: {expected}: {error.doc[error.pos : error.pos + 8]}"


def _may_repeat_keys(frame: bytes) -> bool:
    """Whether ``method`` or ``args`` may be there twice, possibly written with escapes."""
    return frame.count(b'"method"') > 1 or frame.count(b'"args"') > 1 or b"\\u00" in frame


def _load_first_wins(frame: bytes) -> object:
    try:
        message: object = json.loads(frame, object_pairs_hook=_keep_first)
    except RecursionError as error:
        raise RequestParseError(_TOO_DEEP) from error
    return message


def _keep_first(members: Sequence[tuple[str, object]]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, value in members:
        kept.setdefault(key, value)
    return kept
