"""The messages inside the envelopes: requests and replies as values, and as JSON.

What JSON may look like is declared by the classes whose names begin with an underscore: no other members than theirs,
and of members with the same key the last counts. Numbers may be written with a fraction, and are then rounded, halves
to the even neighbour. Unlike Ganeti's daemon this one takes a field's number as a string of one digit, too, since a
client of Ganeti's own sends it so.
"""

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from ganeti_lite.constants import ConfdField, ConfdRequest, ConfdStatus
from ganeti_lite.wire._json import dump

from ._drops import Drop, DroppedDatagram

_PROTOCOL: Final = 1

_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")

_TYPES: Final[Mapping[int, ConfdRequest]] = {each.value: each for each in ConfdRequest}
_FIELDS: Final[Mapping[int | str, ConfdField]] = {
    **{each.value: each for each in ConfdField},
    **{str(each.value): each for each in ConfdField},
}


class QueryObject(NamedTuple):
    """A query by several criteria (types 2 and 3).

    :ivar link: a NIC link; None for the cluster's default one.
    :ivar ip: one IP address to look for.
    :ivar ips: several of them.
    :ivar fields: what to tell of the master.
    """

    link: str | None = None
    ip: str | None = None
    ips: tuple[str, ...] = ()
    fields: tuple[ConfdField, ...] = ()


Query: TypeAlias = str | QueryObject | None
"""What is asked about; which of the three forms fits depends on the request's type."""


class Request(NamedTuple):
    """One question.

    :ivar request_type: what is asked for.
    :ivar rsalt: what the reply is to be marked with.
    """

    request_type: ConfdRequest
    query: Query
    rsalt: str


class Reply(NamedTuple):
    """One answer.

    :ivar status: one of :class:`~ganeti_lite.constants.ConfdStatus`, or what a newer daemon has.
    :ivar answer: any JSON value; with an error a number or a text.
    :ivar serial: of the object that the answer is about; higher ones are newer. Errors have 0.
    """

    status: int
    answer: Any
    serial: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether :attr:`answer` is what was asked for."""
        return self.status == ConfdStatus.OK


class EncodedReply(NamedTuple):
    """A reply's message, made once and sealed for each client.

    :ivar text: the message, ASCII.
    :ivar quoted: the same as a JSON string.
    """

    text: bytes
    quoted: str


class _QueryMessage(msgspec.Struct, forbid_unknown_fields=True):
    """A query object; an absent member and null mean the same."""

    link: str | None = msgspec.field(name="0", default=None)
    ip: str | None = msgspec.field(name="1", default=None)
    ips: tuple[str, ...] | None = msgspec.field(name="2", default=None)
    fields: tuple[int | float | str, ...] | None = msgspec.field(name="3", default=None)


class _RequestMessage(msgspec.Struct, forbid_unknown_fields=True):
    """A request; any number is good as a protocol."""

    protocol: int | float
    type: int | float
    rsalt: str
    query: str | _QueryMessage | None = None


class _ReplyMessage(msgspec.Struct):
    """A reply; a newer daemon may have more members."""

    status: int
    answer: Any
    serial: int


_REQUESTS: Final = msgspec.json.Decoder(_RequestMessage)
_REPLIES: Final = msgspec.json.Decoder(_ReplyMessage)


def encode_request(request: Request) -> str:
    """The message that asks *request*."""
    query = _encode_object(request.query) if isinstance(request.query, QueryObject) else request.query
    message = {"protocol": _PROTOCOL, "type": request.request_type, "query": query, "rsalt": request.rsalt}
    return json.dumps(message)


def decode_request(message: str) -> Request:
    """The request that a message is.

    :raises DroppedDatagram: it is none.
    """
    if not message.startswith("{"):  # Ganeti's daemon takes no blanks there, the decoder would
        raise DroppedDatagram(Drop.MESSAGE)
    try:
        read = _REQUESTS.decode(message)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise DroppedDatagram(Drop.MESSAGE) from error
    request_type = _TYPES.get(round(read.type))
    if request_type is None:
        raise DroppedDatagram(Drop.TYPE)
    query = read.query
    return Request(request_type, _decode_object(query) if isinstance(query, _QueryMessage) else query, read.rsalt)


def encode_reply(reply: Reply) -> EncodedReply:
    """The message that brings *reply*."""
    return wrap_answer(reply.status, dump(reply.answer), reply.serial)


def wrap_answer(status: int, encoded_answer: bytes, serial: int) -> EncodedReply:
    """The same for an answer that is JSON already."""
    if not encoded_answer.isascii():
        encoded_answer = _NOT_ASCII.sub(_escape, encoded_answer.decode()).encode()
    text = b'{"protocol":%d,"status":%d,"answer":%b,"serial":%d}' % (_PROTOCOL, status, encoded_answer, serial)
    return EncodedReply(text, encode_basestring_ascii(text.decode()))


def decode_reply(message: str) -> Reply:
    """The reply that a message is.

    :raises DroppedDatagram: it is none.
    """
    try:
        read = _REPLIES.decode(message)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DroppedDatagram(Drop.MESSAGE) from error
    return Reply(read.status, read.answer, read.serial)


def _encode_object(query: QueryObject) -> dict[str, object]:
    """The members that have a value."""
    members = {"0": query.link, "1": query.ip, "2": query.ips or None, "3": query.fields or None}
    return {key: value for key, value in members.items() if value is not None}


def _decode_object(read: _QueryMessage) -> QueryObject:
    try:
        fields = [_FIELDS[each if isinstance(each, str) else round(each)] for each in read.fields or ()]
    except KeyError as error:
        raise DroppedDatagram(Drop.MESSAGE) from error
    return QueryObject(read.link, read.ip, read.ips or (), tuple(fields))


def _escape(character: re.Match[str]) -> str:
    return encode_basestring_ascii(character[0])[1:-1]
