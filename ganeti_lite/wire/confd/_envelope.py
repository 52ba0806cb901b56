"""Sealing messages into signed datagrams, and opening them."""

import json
from hmac import compare_digest
from json.encoder import encode_basestring_ascii
from typing import Final

import msgspec

from ._drops import Drop, DroppedDatagram
from ._messages import EncodedReply, Reply, Request, decode_reply, decode_request, encode_request
from ._salts import parse_salt
from ._signing import SigningKey

MAX_CLOCK_SKEW: Final = 300
"""Seconds by which a request's time may differ from the daemon's, either way."""

MAX_REQUEST_SIZE: Final = 4096
"""Bytes of a datagram that a daemon reads; the rest is cut off."""

MAX_REPLY_SIZE: Final = 61440
"""Bytes of a datagram that a client reads."""

_MAGIC: Final = b"plj0"
_BEGINNING: Final = _MAGIC + b"{"
"""As with Ganeti's daemon, nothing may stand between the magic number and the object."""


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """The object around a message."""

    msg: str
    salt: str
    hmac: str


_DECODER: Final = msgspec.json.Decoder(_Envelope)


def seal_request(request: Request, key: SigningKey, now: float) -> bytes:
    """The datagram that asks *request* at the time *now*, in seconds since 1970."""
    return _seal(encode_request(request), str(int(now)), key)


def open_request(datagram: bytes, key: SigningKey, now: float) -> Request:
    """The request in a datagram.

    :param datagram: what came in, at most one byte longer than a request may be.
    :param now: seconds since 1970.
    :raises DroppedDatagram: it is not to be answered.
    """
    try:
        message, salt = _open(datagram[:MAX_REQUEST_SIZE], key)
    except DroppedDatagram as dropped:
        if len(datagram) > MAX_REQUEST_SIZE and dropped.reason is not Drop.MAGIC:
            raise DroppedDatagram(Drop.SIZE) from dropped
        raise
    sent = parse_salt(salt)
    if sent is None:
        raise DroppedDatagram(Drop.SALT)
    if abs(int(now) - sent) > MAX_CLOCK_SKEW:
        raise DroppedDatagram(Drop.CLOCK)
    return decode_request(message)


def seal_reply(reply: EncodedReply, rsalt: str, key: SigningKey) -> bytes:
    """The datagram that brings *reply* to the request with that ``rsalt``; it may exceed :data:`MAX_REPLY_SIZE`."""
    signature = key.sign(rsalt.encode() + reply.text)
    return f'plj0{{"hmac":"{signature}","msg":{reply.quoted},"salt":{encode_basestring_ascii(rsalt)}}}'.encode()


def open_reply(datagram: bytes, key: SigningKey) -> tuple[str, Reply]:
    """The ``rsalt`` of the request that a datagram replies to, and the reply.

    :raises DroppedDatagram: it is no reply of somebody who has the key.
    """
    message, rsalt = _open(_as_unicode(datagram), key)
    return rsalt, decode_reply(message)


def _seal(message: str, salt: str, key: SigningKey) -> bytes:
    signature = key.sign((salt + message).encode())
    return _MAGIC + json.dumps({"msg": message, "salt": salt, "hmac": signature}).encode()


def _open(datagram: bytes, key: SigningKey) -> tuple[str, str]:
    """The message and the salt of a datagram whose signature is right."""
    if not datagram.startswith(_BEGINNING):
        raise DroppedDatagram(Drop.JSON if datagram.startswith(_MAGIC) else Drop.MAGIC)
    try:
        envelope = _DECODER.decode(datagram[len(_MAGIC) :])
    except msgspec.ValidationError as error:
        raise DroppedDatagram(Drop.ENVELOPE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DroppedDatagram(Drop.JSON) from error
    expected = key.sign((envelope.salt + envelope.msg).encode())
    if not (envelope.hmac.isascii() and compare_digest(expected, envelope.hmac.lower())):
        raise DroppedDatagram(Drop.SIGNATURE)
    return envelope.msg, envelope.salt


def _as_unicode(datagram: bytes) -> bytes:
    """*datagram* as UTF-8, which that of Ganeti's own daemon is not: it sends the low byte of each character."""
    try:
        datagram.decode()
    except UnicodeDecodeError:
        return datagram.decode("latin-1").encode()
    return datagram
