"""Confd's datagrams: a request or a reply, signed, in one UDP packet. No I/O, no clock, no configuration.

A datagram is the magic number and a JSON object of three strings: ``msg``, the message, which is JSON again; ``salt``,
the sender's time in a request and the request's ``rsalt`` in a reply; ``hmac``, HMAC-SHA1 over salt and message with
the key that all nodes of a cluster share.

* What does not verify is not looked into: nothing of ``msg`` is parsed before its signature was found right.
* Whatever is wrong with a request raises :class:`DroppedDatagram` with one reason; such a datagram is to be counted,
  not answered, for an answer could be made to go to anybody.
* All that is sent is ASCII.

Source: what Ganeti 3.0's daemon accepts and answers.
"""

from ._drops import Drop, DroppedDatagram
from ._envelope import (
    MAX_CLOCK_SKEW,
    MAX_REPLY_SIZE,
    MAX_REQUEST_SIZE,
    open_reply,
    open_request,
    seal_reply,
    seal_request,
)
from ._messages import (
    EncodedReply,
    Query,
    QueryObject,
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    wrap_answer,
)
from ._signing import SigningKey

__all__ = [
    "MAX_CLOCK_SKEW",
    "MAX_REPLY_SIZE",
    "MAX_REQUEST_SIZE",
    "Drop",
    "DroppedDatagram",
    "EncodedReply",
    "Query",
    "QueryObject",
    "Reply",
    "Request",
    "SigningKey",
    "decode_reply",
    "decode_request",
    "encode_reply",
    "encode_request",
    "open_reply",
    "open_request",
    "seal_reply",
    "seal_request",
    "wrap_answer",
]
