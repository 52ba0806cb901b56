"""JSON of values that may hold objects of a snapshot, given up as soon as it exceeds a limit. Pure.

A container is written member by member, so that an answer of a hundred megabytes that nobody could be sent costs no
more than one that just fits.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from ganeti_lite.config import list_members


class TooLargeError(Exception):
    """The JSON has more bytes than the limit."""


def encode_bounded(value: object, limit: int) -> bytes:
    """Compact UTF-8 JSON of *value*.

    :param limit: bytes.
    :raises TooLargeError: it has more.
    """
    parts, size = [], 0
    for part in _encode_parts(value):
        size += len(part)
        if size > limit:
            raise TooLargeError
        parts.append(part)
    return b"".join(parts)


def _encode_parts(value: object) -> Iterator[bytes]:
    if isinstance(value, Mapping):
        yield from _enclose(b"{", (_encode_member(key, item) for key, item in value.items()), b"}")
    elif isinstance(value, list | tuple):
        yield from _enclose(b"[", map(_encode_parts, value), b"]")
    else:
        yield orjson.dumps(value, _list_plain_members)


def _encode_member(key: str, value: object) -> Iterator[bytes]:
    yield orjson.dumps(key) + b":"
    yield from _encode_parts(value)


def _enclose(opening: bytes, members: Iterable[Iterator[bytes]], closing: bytes) -> Iterator[bytes]:
    separator = opening
    for member in members:
        yield separator
        yield from member
        separator = b","
    yield closing if separator == b"," else opening + closing


def _list_plain_members(value: object) -> Mapping[str, Any]:
    """What orjson asks for values that are not its own."""
    members = list_members(value)
    if members is not None:
        return members
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not of a configuration: {value!r}")
