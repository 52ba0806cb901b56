"""Replies that are encoded once."""

import json

import pytest

from confd.prepared import TOO_LARGE, PreparedReplies
from ganeti_lite.config import parse_config
from ganeti_lite.constants import ConfdRequest, ConfdStatus
from ganeti_lite.simulator import ClusterShape, build_config, encode_config
from ganeti_lite.wire.confd import MAX_REPLY_SIZE, EncodedReply, Reply, decode_reply

from .recorded import load_snapshot


def read(reply: EncodedReply) -> Reply:
    """What a reply says; its quoted form says the same."""
    assert json.loads(reply.quoted) == reply.text.decode()
    return decode_reply(reply.text.decode())


def test_a_reply_is_made_once() -> None:
    """The same request gives the very same reply; types that ignore their query have one for all."""
    replies = PreparedReplies(load_snapshot())
    first = replies.find(ConfdRequest.NODE_INSTANCES, "n1")
    assert replies.find(ConfdRequest.NODE_INSTANCES, "n1") is first
    assert replies.find(ConfdRequest.PING, "x") is replies.find(ConfdRequest.PING, None)
    assert read(replies.find(ConfdRequest.NODE_ROLE, "n1")) == Reply(0, 0, 40)


def test_what_is_kept_is_bounded() -> None:
    """However many different things are asked, no more than the limit is kept; forgotten replies are made again."""
    replies = PreparedReplies(load_snapshot(), limit=10_000)
    first = replies.find(ConfdRequest.NODE_ROLE, "n1")
    for number in range(100):
        replies.find(ConfdRequest.NODE_ROLE, f"nosuch{number}")
    again = replies.find(ConfdRequest.NODE_ROLE, "n1")
    assert again is not first
    assert again == first


def test_before_a_configuration_everything_is_refused() -> None:
    """Without a snapshot every request is answered with an error that says why, ping too."""
    replies = PreparedReplies(None, "no such file")
    for request_type in ConfdRequest:
        assert read(replies.find(request_type, None)) == Reply(ConfdStatus.ERROR, "no such file", 0)


@pytest.mark.parametrize(
    ("request_type", "query"),
    [
        (ConfdRequest.NODE_INSTANCES, "node1.example.com"),
        (ConfdRequest.CONFIG_QUERY, "/instances"),
        (ConfdRequest.CONFIG_QUERY, "/disks"),
    ],
)
def test_answers_that_no_client_could_take_are_errors(request_type: ConfdRequest, query: str) -> None:
    """More than 61,440 bytes are an error that says so; others of the same snapshot are answered."""
    config = build_config(ClusterShape(nodes=1, instances=200, groups=1))
    replies = PreparedReplies(parse_config(encode_config(config)))
    assert replies.find(request_type, query) is TOO_LARGE
    assert str(MAX_REPLY_SIZE) in read(TOO_LARGE).answer
    assert read(TOO_LARGE).status == ConfdStatus.ERROR
    assert read(replies.find(ConfdRequest.CLUSTER_MASTER, None)).is_ok
