"""Luxi messages: the same table drives both directions; nothing but an error of its own comes of garbage."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.errors import (
    ConfigurationError,
    ForeignError,
    GanetiError,
    GenericError,
    OpPrereqError,
    ParameterError,
    RequestParseError,
)
from ganeti_lite.wire.luxi import (
    LuxiRequest,
    MalformedAnswerError,
    RequestRefused,
    decode_answer,
    decode_request,
    encode_error,
    encode_request,
    encode_success,
    wrap_success,
)

REQUESTS: list[tuple[LuxiRequest, bytes]] = [
    (
        LuxiRequest("Query", ["node", ["name"], None]),
        b'{"method": "Query", "args": ["node", ["name"], null], "version": 3000000}',
    ),
    (
        LuxiRequest("QueryFields", ["instance", ["name", "ä€𝄞"]]),
        '{"method": "QueryFields", "args": ["instance", ["name", "ä€𝄞"]], "version": 3000000}'.encode(),
    ),
    (
        LuxiRequest("QueryTags", ["node", 'a"\\\x01\x03']),
        b'{"method": "QueryTags", "args": ["node", "a\\"\\\\\\u0001\\u0003"], "version": 3000000}',
    ),
    (LuxiRequest("QueryClusterInfo", []), b'{"method": "QueryClusterInfo", "args": [], "version": 3000000}'),
]

RESULTS: list[tuple[object, bytes]] = [
    (None, b'{"success":true,"result":null}'),
    ([], b'{"success":true,"result":[]}'),
    ([[[0, "node1"], [3, None]]], b'{"success":true,"result":[[[0,"node1"],[3,null]]]}'),
    ({"a": 1.5, "b": True}, b'{"success":true,"result":{"a":1.5,"b":true}}'),
    ("ä€𝄞\x03", '{"success":true,"result":"ä€𝄞\\u0003"}'.encode()),
    (2**70, b'{"success":true,"result":1180591620717411303424}'),
]

ERRORS: list[tuple[GanetiError, bytes]] = [
    (GenericError("no"), b'{"success":false,"result":["GenericError",["no"]]}'),
    (
        OpPrereqError("Node name x not found", "unknown_entity"),
        b'{"success":false,"result":["OpPrereqError",["Node name x not found","unknown_entity"]]}',
    ),
    (ParameterError("ä"), '{"success":false,"result":["ParameterError",["ä"]]}'.encode()),
    (ConfigurationError("gone"), b'{"success":false,"result":["ConfigurationError",["gone"]]}'),
]

NOT_TOP_LEVEL = (
    "parsing top-level JSON message: Invalid JSON: a JSON text a serialized object or array at the top level."
)

REFUSED: list[tuple[bytes, str]] = [
    (b"", NOT_TOP_LEVEL),
    (b" {}", NOT_TOP_LEVEL),
    (b"\xef\xbb\xbf{}", NOT_TOP_LEVEL),
    (b'"x"', NOT_TOP_LEVEL),
    (b"{a:1}", "parsing top-level JSON message: Malformed JSON: expecting string: a:1}"),
    (b"{} x", 'parsing top-level JSON message: Invalid tokens at end of JSON string: "x"'),
    (b"{}x234567890123", 'parsing top-level JSON message: Invalid tokens at end of JSON string: "x234567890"'),
    (b"[1]", "parsing top-level JSON message: Unable to read JSObject"),
    (b"{}", "key 'method' not found, object contains only []"),
    (b'{"args":[],"a":1}', 'key \'method\' not found, object contains only ["args","a"]'),
    (b'{"method":5,"x":"method"}', 'key \'args\' not found, object contains only ["method","x"]'),
    (
        b'{"method":1,"args":[]}',
        "Unable to parse LUXI request method: Can't parse value for 'LuxiReq': Unable to read String",
    ),
    (
        b'{"method":"query","args":[]}',
        'Unable to parse LUXI request method: Invalid string value for type LuxiReq: "query"',
    ),
]
"""Requests with the texts that Ganeti 3.0's daemon has for them."""

MALFORMED = [b"{", b'{"a"', b'{"a":1,}', b"{'a':1}", b"[1,", b'{"a":NaN}', b'{"a":01}', b'{"a":"\n"}', b'{"a":"\\q"}']

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("request_", "frame"), REQUESTS)
def test_requests(request_: LuxiRequest, frame: bytes) -> None:
    """A request has one byte form, the one of Ganeti's Python client, and comes back from it."""
    assert encode_request(request_.method, request_.args) == frame + b"\x03"
    assert decode_request(frame) == request_


@pytest.mark.parametrize(("result", "frame"), RESULTS)
def test_results(result: object, frame: bytes) -> None:
    """A result has one compact byte form, and comes back from it."""
    assert encode_success(result) == frame + b"\x03"
    assert decode_answer(frame) == result


@pytest.mark.parametrize(("error", "frame"), ERRORS)
def test_errors(error: GanetiError, frame: bytes) -> None:
    """An error is sent by class and arguments, and raised as the same on the other side."""
    assert encode_error(error) == frame + b"\x03"
    with pytest.raises(type(error)) as raised:
        decode_answer(frame)
    assert raised.value.to_wire() == error.to_wire()


def test_refusal() -> None:
    """A request that could not be parsed is answered by a string."""
    frame = b'{"success":false,"result":"Failed to parse request: so"}'
    assert encode_error(RequestParseError("so")) == frame + b"\x03"
    with pytest.raises(RequestRefused, match=r"^Failed to parse request: so$"):
        decode_answer(frame)


def test_unknown_error_class() -> None:
    """An error of a class that this side does not know keeps its class and arguments."""
    with pytest.raises(ForeignError) as raised:
        decode_answer(b'{"success":false,"result":["SshKeyError",["n",1]]}')
    assert raised.value.args == ("SshKeyError", ["n", 1])


def test_wrapped_result() -> None:
    """A result that is JSON already goes out as it is."""
    assert wrap_success(b'{"a": 1}') == b'{"success":true,"result":{"a": 1}}\x03'


@pytest.mark.parametrize("frame", [b"", b"[]", b"{}", b'{"success":true}', b"[" * 100_000, b'"x"', b"\xff"])
def test_malformed_answers(frame: bytes) -> None:
    """What is no answer is told apart from an error that the server reports."""
    with pytest.raises(MalformedAnswerError):
        decode_answer(frame)


@pytest.mark.parametrize(("frame", "reason"), REFUSED)
def test_refused_requests(frame: bytes, reason: str) -> None:
    """Each rule of the request's form has its own error."""
    with pytest.raises(RequestParseError) as raised:
        decode_request(frame)
    assert raised.value.reason == reason


@pytest.mark.parametrize("frame", MALFORMED)
def test_malformed_requests(frame: bytes) -> None:
    """What is no JSON is refused as such."""
    with pytest.raises(RequestParseError, match=r"^parsing top-level JSON message: Malformed JSON: "):
        decode_request(frame)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"method":"Query","args":['])
def test_deep_nesting(opening: bytes) -> None:
    """A request may not be nested without end."""
    with pytest.raises(RequestParseError, match="nested too deeply"):
        decode_request(opening + b"[" * 100_000)


def test_deep_nesting_with_repeated_keys() -> None:
    """Nor may one that has to be read the slow way."""
    with pytest.raises(RequestParseError):
        decode_request(b'{"method":"Query","method":0,"args":' + b"[" * 1_020 + b"]" * 1_020 + b"}")


@pytest.mark.parametrize(
    "frame",
    [
        b'{"method":"QueryTags","method":"Query","args":[1],"args":[2]}',
        b'{"method":"QueryTags","\\u006dethod":"Query","args":[1],"arg\\u0073":[2]}',
    ],
)
def test_first_of_repeated_keys(frame: bytes) -> None:
    """Of members with the same key the first one counts, however it is written."""
    assert decode_request(frame) == LuxiRequest("QueryTags", [1])


def test_repeated_keys_inside_the_arguments() -> None:
    """There the last one counts."""
    assert decode_request(b'{"method":"SubmitJob","args":[{"a":1,"a":2}]}') == LuxiRequest("SubmitJob", [{"a": 2}])


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\\ud800", "\ufffd"),
        (b"\\udc00\\ud800", "\ufffd\ufffd"),
        (b"\\\\ud800", "\\ud800"),
        (b"\\ud834\\udd1e", "𝄞"),
        (b"\\ud834\\udd1e\\ud834", "𝄞\ufffd"),
        (b"\\\\\\ud834\\\\\\\\udd1e", "\\\ufffd\\\\udd1e"),
        (b"\\ud834x\\udd1e", "\ufffdx\ufffd"),
    ],
)
def test_broken_text(quoted: bytes, text: str) -> None:
    """Broken UTF-8 and halves of surrogate pairs are replaced, and nothing else is."""
    assert decode_request(b'{"method":"QueryTags","args":"' + quoted + b'"}').args == text


def test_blanks_and_other_members() -> None:
    """Blanks inside and after the object, and members that nobody knows, do not matter."""
    frame = b'{ "version" : [] ,\n"method":"QueryTags", "x":{}, "args" : [ ] }\n \t'
    assert decode_request(frame) == LuxiRequest("QueryTags", [])


def test_lone_surrogates_are_encoded() -> None:
    """No string makes encoding fail."""
    assert (
        encode_success(["\ud800x", {"\udfff": 1}]) == '{"success":true,"result":["\ufffdx",{"\ufffd":1}]}\x03'.encode()
    )
    assert encode_error(GenericError("\udc80")) == '{"success":false,"result":["GenericError",["\ufffd"]]}\x03'.encode()
    assert '"\ufffd"'.encode() in encode_request("Query", ["\ud800"])


@given(frame=st.binary() | st.binary().map(lambda tail: b"{" + tail) | st.text().map(str.encode))
def test_any_bytes(frame: bytes) -> None:
    """Any bytes are a request or refused as none."""
    with suppress(RequestParseError):
        decode_request(frame)


@given(method=st.sampled_from(["Query", "QueryJobs", "QueryTags", "SubmitJob"]), args=JSON_VALUES)
def test_any_arguments_survive(method: str, args: object) -> None:
    """Arguments arrive as they were sent, up to the precision of JSON numbers."""
    frame = encode_request(method, args)
    assert frame.count(b"\x03") == 1
    expected = json.loads(json.dumps(args), parse_int=float)
    assert json.loads(json.dumps(decode_request(frame[:-1]).args), parse_int=float) == expected


@given(result=JSON_VALUES)
def test_any_result_survives(result: object) -> None:
    """A result arrives as it was sent."""
    frame = encode_success(result)
    assert frame.count(b"\x03") == 1
    assert decode_answer(frame[:-1]) == result
