"""Datagrams are opened only if everything about them is right, and come out as Ganeti's daemon writes them."""

import hmac
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import ConfdField, ConfdRequest
from ganeti_lite.wire.confd import (
    MAX_REQUEST_SIZE,
    Drop,
    DroppedDatagram,
    Query,
    QueryObject,
    Reply,
    Request,
    SigningKey,
    encode_reply,
    open_reply,
    open_request,
    seal_reply,
    seal_request,
)

from .vectors import KEY, SENT, VECTORS, Vector

SIGNING = SigningKey(KEY)
PING = '{"protocol":1,"type":0,"rsalt":"r"}'
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
QUERIES: st.SearchStrategy[Query] = (
    st.none()
    | TEXTS
    | st.builds(
        QueryObject,
        link=st.none() | TEXTS,
        ip=st.none() | TEXTS,
        ips=st.lists(TEXTS, max_size=3).map(tuple),
        fields=st.lists(st.sampled_from(ConfdField), max_size=3).map(tuple),
    )
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def sign(salt: str, message: str, key: bytes = KEY) -> str:
    """A signature, made by the standard library."""
    return hmac.new(key, (salt + message).encode(), "sha1").hexdigest()


def envelope(message: str = PING, salt: str = str(SENT), **changes: Any) -> dict[str, Any]:
    """A rightly signed envelope, but for *changes*."""
    return {"msg": message, "salt": salt, "hmac": sign(salt, message), **changes}


def datagram(message: str = PING, salt: str = str(SENT), **changes: Any) -> bytes:
    """The same as bytes."""
    return b"plj0" + json.dumps(envelope(message, salt, **changes)).encode()


def reason_of(data: bytes, now: float = SENT) -> Drop | None:
    """Why a datagram is dropped; None if it is not."""
    try:
        open_request(data, SIGNING, now)
    except DroppedDatagram as dropped:
        return dropped.reason
    return None


@pytest.mark.parametrize("vector", VECTORS)
def test_recorded_requests_are_opened(vector: Vector) -> None:
    """What Ganeti's daemon was asked is understood."""
    assert open_request(vector.asked, SIGNING, SENT) == vector.request


@pytest.mark.parametrize("vector", VECTORS)
def test_recorded_replies_are_written_and_read(vector: Vector) -> None:
    """What Ganeti's daemon replied comes out byte by byte, and is understood."""
    assert seal_reply(encode_reply(vector.reply), vector.request.rsalt, SIGNING) == vector.replied
    assert open_reply(vector.replied, SIGNING) == (vector.request.rsalt, vector.reply)


@given(st.builds(Request, st.sampled_from(ConfdRequest), QUERIES, TEXTS))
def test_any_request_arrives(request: Request) -> None:
    """Every request that can be sealed is opened as what it was."""
    assert open_request(seal_request(request, SIGNING, SENT + 0.9), SIGNING, SENT) == request


@given(st.builds(Reply, st.integers(0, 2), JSON, st.integers(0, 2**40)), TEXTS)
def test_any_reply_arrives(reply: Reply, rsalt: str) -> None:
    """Every reply that can be sealed is opened as what it was, and is ASCII."""
    sealed = seal_reply(encode_reply(reply), rsalt, SIGNING)
    assert sealed.isascii()
    assert open_reply(sealed, SIGNING) == (rsalt, reply)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (datagram(), None),
        (b"", Drop.MAGIC),
        (b"plj", Drop.MAGIC),
        (b"plj1" + datagram()[4:], Drop.MAGIC),
        (b"PLJ0" + datagram()[4:], Drop.MAGIC),
        (b"plj0", Drop.JSON),
        (b"plj0nonsense", Drop.JSON),
        (b"plj0 " + datagram()[4:], Drop.JSON),
        (b"plj0[1]", Drop.JSON),
        (datagram()[:-1], Drop.JSON),
        (datagram() + b"x", Drop.JSON),
        (datagram() + b"\n", None),
        (datagram().replace(b"protocol", b"\xff"), Drop.JSON),
        (datagram(extra="x"), Drop.ENVELOPE),
        (b'plj0{"msg":"","salt":""}', Drop.ENVELOPE),
        (b'plj0{"msg":"","salt":5,"hmac":""}', Drop.ENVELOPE),
        (datagram(hmac=None), Drop.ENVELOPE),
        (datagram(hmac="0" * 40), Drop.SIGNATURE),
        (datagram(hmac=""), Drop.SIGNATURE),
        (datagram(hmac=sign(str(SENT), PING)[:-1]), Drop.SIGNATURE),
        (datagram(hmac=sign(str(SENT), PING) + " "), Drop.SIGNATURE),
        (datagram(hmac=sign(str(SENT), PING, KEY.rstrip())), Drop.SIGNATURE),
        (datagram(hmac="ä" * 40), Drop.SIGNATURE),
        (datagram(hmac=sign(str(SENT), PING).upper()), None),
        (datagram(salt="now"), Drop.SALT),
        (datagram("nonsense"), Drop.MESSAGE),
        (datagram('{"protocol":1,"type":12,"rsalt":"r"}'), Drop.TYPE),
    ],
)
def test_what_is_wrong_is_dropped_for_its_reason(data: bytes, reason: Drop | None) -> None:
    """Each fault of an envelope has a reason of its own."""
    assert reason_of(data) is reason


@pytest.mark.parametrize(("skew", "is_taken"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_clocks_may_differ_by_five_minutes(skew: int, is_taken: bool) -> None:
    """A request is taken up to 300 seconds off, borders included."""
    assert (reason_of(datagram(), SENT + skew + 0.5) is None) is is_taken
    assert is_taken or reason_of(datagram(), SENT + skew) is Drop.CLOCK


@pytest.mark.parametrize(
    ("size", "reason"),
    [(MAX_REQUEST_SIZE, None), (MAX_REQUEST_SIZE + 1, Drop.SIZE), (MAX_REQUEST_SIZE + 500, Drop.SIZE)],
)
def test_long_datagrams_are_cut(size: int, reason: Drop | None) -> None:
    """4,096 bytes are read; what misses its end is dropped for its size."""
    frame = len(datagram('{"protocol":1,"type":1,"query":"","rsalt":"r"}'))
    message = '{"protocol":1,"type":1,"query":"%s","rsalt":"r"}' % ("x" * (size - frame))
    data = datagram(message)
    assert len(data) == size
    assert reason_of(data[: MAX_REQUEST_SIZE + 1]) is reason


def test_blanks_behind_the_limit_do_no_harm() -> None:
    """If nothing but blanks is cut off, the request is whole."""
    assert reason_of(datagram().ljust(MAX_REQUEST_SIZE + 1)) is None


@given(st.data())
def test_no_changed_byte_goes_unnoticed(data: st.DataObject) -> None:
    """Change any byte of a sealed request into another, and it is dropped or means the same."""
    request = Request(ConfdRequest.NODE_ROLE, "node1", "salt")
    sealed = bytearray(seal_request(request, SIGNING, SENT))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] = data.draw(st.integers(0, 255))
    with suppress(DroppedDatagram):
        assert open_request(bytes(sealed), SIGNING, SENT) == request


@given(st.binary(max_size=200))
def test_any_bytes_are_opened_or_dropped(data: bytes) -> None:
    """Whatever comes in, nothing but a drop can become of it."""
    for beginning in (b"", b"plj0", b"plj0{"):
        assert reason_of(beginning + data) is not None


def test_replies_in_the_real_daemons_bytes_are_read() -> None:
    """Ganeti's daemon sends Latin-1 and signs the text: such a reply is read as what it meant."""
    message = '{"protocol":1,"status":1,"answer":"Node name é not found","serial":0}'
    text = json.dumps({"hmac": sign("r", message), "msg": message, "salt": "r"}, ensure_ascii=False)
    assert open_reply(b"plj0" + text.encode("latin-1"), SIGNING) == ("r", Reply(1, "Node name é not found", 0))


@pytest.mark.parametrize(
    "message", ["", "[]", "nonsense", '{"status":0,"serial":0}', '{"status":"0","answer":1,"serial":0}', "[" * 3000]
)
def test_what_is_no_reply_is_dropped(message: str) -> None:
    """A rightly signed envelope with something else in it is no reply."""
    with pytest.raises(DroppedDatagram):
        open_reply(datagram(message, "r"), SIGNING)
