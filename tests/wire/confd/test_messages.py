"""What a message may look like: one table for requests, read as Ganeti's daemon reads them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.constants import ConfdField, ConfdRequest
from ganeti_lite.wire.confd import (
    DroppedDatagram,
    QueryObject,
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    wrap_answer,
)

PING = Request(ConfdRequest.PING, None, "r")


def query_of(query: Any, request_type: int = 3) -> Any:
    """What a request's query is read as."""
    return decode_request(json.dumps({"protocol": 1, "type": request_type, "query": query, "rsalt": "r"})).query


@pytest.mark.parametrize(
    ("message", "request_"),
    [
        ('{"protocol":1,"type":0,"rsalt":"r"}', PING),
        ('{"protocol":1,"type":0,"query":null,"rsalt":"r"}', PING),
        ('{"protocol":1,"type":0,"rsalt":"r"} \n\t', PING),
        ('{"protocol":0,"type":0,"rsalt":"r"}', PING),
        ('{"protocol":2,"type":0,"rsalt":"r"}', PING),
        ('{"protocol":1.5,"type":0,"rsalt":"r"}', PING),
        ('{"protocol":100000000000000000000000,"type":0,"rsalt":"r"}', PING),
        ('{"protocol":1,"type":0.5,"rsalt":"r"}', PING),
        ('{"protocol":1,"type":-0.5,"rsalt":"r"}', PING),
        ('{"protocol":1,"type":0.0,"rsalt":""}', PING._replace(rsalt="")),
        ('{"protocol":1,"type":10.5,"rsalt":"r"}', Request(ConfdRequest.CONFIG_QUERY, None, "r")),
        ('{"protocol":1,"type":10.9,"rsalt":"r"}', Request(ConfdRequest.DATA_COLLECTORS, None, "r")),
        ('{"protocol":1,"type":1e0,"query":"x","rsalt":"r"}', Request(ConfdRequest.NODE_ROLE, "x", "r")),
        ('{"protocol":1,"type":0,"rsalt":"a\\u0000\\n\\u00e9"}', PING._replace(rsalt="a\x00\né")),
    ],
)
def test_requests_as_they_may_be_written(message: str, request_: Request) -> None:
    """All these forms are requests, and this is what they ask."""
    assert decode_request(message) == request_


@pytest.mark.parametrize(
    "message",
    [
        "",
        "nonsense",
        "[]",
        ' {"protocol":1,"type":0,"rsalt":"r"}',
        '{"protocol":1,"type":0,"rsalt":"r"} x',
        '{"protocol":1,"type":0}',
        '{"type":0,"rsalt":"r"}',
        '{"protocol":1,"rsalt":"r"}',
        '{"protocol":"1","type":0,"rsalt":"r"}',
        '{"protocol":null,"type":0,"rsalt":"r"}',
        '{"protocol":true,"type":0,"rsalt":"r"}',
        '{"protocol":1,"type":0,"rsalt":5}',
        '{"protocol":1,"type":0,"rsalt":null}',
        '{"protocol":1,"type":0,"rsalt":"r","x":1}',
        '{"protocol":1,"type":"0","rsalt":"r"}',
        '{"protocol":1,"type":null,"rsalt":"r"}',
        '{"protocol":1,"type":false,"rsalt":"r"}',
        '{"protocol":1,"type":-1,"rsalt":"r"}',
        '{"protocol":1,"type":-0.6,"rsalt":"r"}',
        '{"protocol":1,"type":11.5,"rsalt":"r"}',
        '{"protocol":1,"type":12,"rsalt":"r"}',
        '{"protocol":1,"type":0,"query":true,"rsalt":"r"}',
        '{"protocol":1,"type":0,"query":1,"rsalt":"r"}',
        '{"protocol":1,"type":0,"query":[],"rsalt":"r"}',
        '{"protocol":1,"type":0,"rsalt":"\n"}',
    ],
)
def test_what_is_no_request_is_dropped(message: str) -> None:
    """None of these is a request."""
    with pytest.raises(DroppedDatagram):
        decode_request(message)


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ({}, QueryObject()),
        ({"0": None, "1": None, "2": None, "3": None}, QueryObject()),
        ({"0": "br0", "1": "192.0.2.1"}, QueryObject("br0", "192.0.2.1")),
        ({"2": ["a", "b"]}, QueryObject(ips=("a", "b"))),
        (
            {"3": [0, 1.4, 2.5]},
            QueryObject(fields=tuple(ConfdField)),
        ),
        ({"3": ["0", "2"]}, QueryObject(fields=(ConfdField.MASTER_NAME, ConfdField.MASTER_IP))),
    ],
)
def test_query_objects(query: object, read: QueryObject) -> None:
    """The members of a query object, absent or null or with a value; field numbers may be strings."""
    assert query_of(query) == read


@pytest.mark.parametrize(
    "query",
    [
        {"zz": 1},
        {"4": "x"},
        {"0": 100},
        {"1": 1.5},
        {"2": "x"},
        {"2": [None]},
        {"3": 0},
        {"3": [7]},
        {"3": ["7"]},
        {"3": ["00"]},
        {"3": ["x"]},
        {"3": [None]},
        {"3": [True]},
    ],
)
def test_malformed_query_objects_are_dropped(query: object) -> None:
    """A member that there is not, or of another type, makes the whole request malformed, whatever its type."""
    for request_type in (0, 3):
        with pytest.raises(DroppedDatagram):
            query_of(query, request_type)


def test_a_request_has_no_empty_members() -> None:
    """What is not asked for is not sent."""
    message = encode_request(Request(ConfdRequest.CLUSTER_MASTER, QueryObject(fields=(ConfdField.MASTER_IP,)), "r"))
    assert json.loads(message) == {"protocol": 1, "type": 3, "query": {"3": [2]}, "rsalt": "r"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_answers_are_ascii_and_the_same(text: str) -> None:
    """Any text in an answer is escaped, and comes out of both layers of JSON as it was."""
    encoded = encode_reply(Reply(0, text, 1))
    assert encoded.text.isascii()
    assert json.loads(json.loads(encoded.quoted))["answer"] == text


def test_half_characters_are_replaced() -> None:
    """Half a surrogate pair, which no UTF-8 can hold, becomes the replacement character."""
    assert decode_reply(encode_reply(Reply(0, "a\ud800b", 1)).text.decode()).answer == "a\ufffdb"


def test_an_encoded_answer_is_wrapped_as_it_is() -> None:
    """JSON that is there already is not encoded again."""
    assert wrap_answer(0, b'{"a":[1]}', 7).text == b'{"protocol":1,"status":0,"answer":{"a":[1]},"serial":7}'
    assert decode_reply(wrap_answer(1, '"ä🐧"'.encode(), 0).text.decode()) == Reply(1, "ä🐧", 0)


def test_a_newer_daemons_reply_is_read() -> None:
    """Members that are not known do no harm."""
    assert decode_reply('{"protocol":9,"status":0,"answer":[1],"serial":5,"new":1}') == Reply(0, [1], 5)
    assert not Reply(1, 2).is_ok
    assert not Reply(2, None).is_ok
