"""Bodies of the node RPC."""

import base64
import json
import zlib
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.wire.noderpc import REASON_LIMIT, RpcFailure, RpcSuccess, decode_response, encode_body, encode_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def freeze(value: object) -> object:
    """The same, of tuples and mappings that cannot be written, in another order."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(value[key]) for key in reversed(value)})
    return tuple(freeze(one) for one in value) if isinstance(value, list) else value


@given(VALUES)
def test_body_says_what_the_arguments_say(arguments: object) -> None:
    """Any JSON value comes back as it was, from ASCII."""
    body = encode_body(arguments)
    assert body.isascii()
    assert json.loads(body) == arguments


@given(VALUES)
def test_equal_arguments_give_equal_bodies(arguments: object) -> None:
    """Neither the order of keys nor the kind of containers shows."""
    assert encode_body(freeze(arguments)) == encode_body(arguments)


def test_body_is_compact() -> None:
    """There are no blanks, and text beyond ASCII is escaped, in surrogate pairs where need be."""
    assert encode_body([["fake"], {"b": "ä\U0001f600", "a": ()}]) == b'[["fake"],{"a":[],"b":"\\u00e4\\ud83d\\ude00"}]'


@pytest.mark.parametrize(
    ("arguments", "error"), [([float("nan")], ValueError), ([b"x"], TypeError), ({1, 2}, TypeError)]
)
def test_what_json_cannot_say_is_an_error(arguments: object, error: type[Exception]) -> None:
    """Numbers that are not finite, bytes and sets are refused."""
    with pytest.raises(error):
        encode_body(arguments)


def test_payload_of_a_good_answer() -> None:
    """What follows ``true`` is the payload, whatever it is."""
    assert decode_response(200, b'[true, {"inst1": {"state": 0}}]\n') == RpcSuccess({"inst1": {"state": 0}})
    assert decode_response(200, b"[true, null]\n") == RpcSuccess(None)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (200, b'[false, "No exports directory"]', "No exports directory"),
        (200, b'[false, ["a", 1]]', '["a", 1]'),
        (403, b"[true, 1]", "HTTP status 403"),
        (200, b"", "not JSON"),
        (200, b"<html>", "not JSON"),
        (200, b'[true, "\xff"]', "not JSON"),
        (200, b"[true, NaN]", "not JSON"),
        (200, b"[true, " * 2000, "not JSON"),
        (200, b"true", "not a pair"),
        (200, b"[1, 2]", "not a pair"),
        (200, b"[0, 2]", "not a pair"),
        (200, b"[true]", "not a pair"),
        (200, b"[true, 1, 2]", "not a pair"),
        (200, b'{"0": true, "1": 2}', "not a pair"),
    ],
)
def test_anything_else_is_a_failure(status: int, body: bytes, reason: str) -> None:
    """An error result, another status and what is no answer give a failure that says which it was."""
    result = decode_response(status, body)
    assert isinstance(result, RpcFailure)
    assert reason in result.reason


def test_reasons_are_bounded() -> None:
    """Nobody has to keep a traceback of any length."""
    result = decode_response(200, json.dumps([False, "x" * 100_000]).encode())
    assert result == RpcFailure("x" * REASON_LIMIT)


@given(st.integers(100, 999), st.binary(max_size=200))
def test_no_body_is_too_strange(status: int, body: bytes) -> None:
    """Any bytes give a result."""
    assert isinstance(decode_response(status, body), RpcFailure | RpcSuccess)


def test_short_texts_go_as_they_are() -> None:
    """Below 512 bytes, which is more than as many characters."""
    assert encode_text(b"1\n") == [0, "1\n"]
    assert encode_text(b"x" * 511) == [0, "x" * 511]
    assert encode_text("ä".encode() * 255) == [0, "ä" * 255]
    assert encode_text(b"\xff") == [0, "\ufffd"]


@pytest.mark.parametrize("text", ["x" * 512, "ä" * 256, "{}" * 100_000])
def test_long_texts_are_compressed(text: str) -> None:
    """By zlib, as base64."""
    encoding, packed = encode_text(text.encode())
    assert encoding == 1
    assert isinstance(packed, str)
    assert zlib.decompress(base64.b64decode(packed)).decode() == text
