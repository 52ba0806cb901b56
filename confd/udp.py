"""The UDP listener: a datagram in, at most one out, to where it came from and only if it was rightly signed."""

from collections.abc import Callable
from socket import socket
from typing import Any, ClassVar, Final

from twisted.internet.error import MessageLengthError
from twisted.internet.interfaces import IUDPTransport
from twisted.internet.protocol import DatagramProtocol
from twisted.logger import Logger

from ganeti_lite.constants import ConfdError, ConfdStatus
from ganeti_lite.wire.confd import (
    MAX_REPLY_SIZE,
    Drop,
    DroppedDatagram,
    EncodedReply,
    Reply,
    Request,
    SigningKey,
    encode_reply,
    open_request,
    seal_reply,
)

from .drop_log import DropLog
from .hmac_key import HmacKey
from .prepared import TOO_LARGE, PreparedReplies

UNSENT: Final = "reply could not be sent"
"""Why a datagram counts as dropped although it was answered."""

_INTERNAL_ERROR: Final = encode_reply(Reply(ConfdStatus.ERROR, ConfdError.INTERNAL))


class ConfdProtocol(DatagramProtocol):
    """Answers signed requests.

    :param find_replies: gives the replies of the snapshot to answer from.
    :param now: seconds since 1970.
    """

    log: ClassVar = Logger()
    noisy = False
    transport: IUDPTransport

    def __init__(
        self, key: HmacKey, find_replies: Callable[[], PreparedReplies], now: Callable[[], float], drops: DropLog
    ) -> None:
        self._key = key
        self._find_replies = find_replies
        self._now = now
        self._drops = drops
        self._send: Callable[[bytes, Any], object]

    def startProtocol(self) -> None:
        """Send over the port's own socket: Twisted would check each address, though requests came from there."""
        port_socket: socket | None = getattr(self.transport, "socket", None)
        self._send = self.transport.write if port_socket is None else port_socket.sendto

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Reply to a request; drop and count anything else."""
        try:
            request, key = self._open(datagram)
        except DroppedDatagram as dropped:
            self._drops.add(dropped.reason, addr)
            return
        try:
            self._send(self._reply_to(request, key), addr)
        except (OSError, MessageLengthError):
            self._drops.add(UNSENT, addr)

    def _open(self, datagram: bytes) -> tuple[Request, SigningKey]:
        """The request, and the key that it is signed with."""
        key = self._key.value
        if key is None:
            raise DroppedDatagram(Drop.SIGNATURE)
        try:
            return open_request(datagram, key, self._now()), key
        except DroppedDatagram as dropped:
            if dropped.reason is Drop.SIGNATURE and self._key.recheck():
                return self._open(datagram)
            raise

    def _reply_to(self, request: Request, key: SigningKey) -> bytes:
        reply = self._find_reply(request)
        sealed = seal_reply(reply, request.rsalt, key)
        return sealed if len(sealed) <= MAX_REPLY_SIZE else seal_reply(TOO_LARGE, request.rsalt, key)

    def _find_reply(self, request: Request) -> EncodedReply:
        try:
            return self._find_replies().find(request.request_type, request.query)
        except Exception:  # a bug must cost one answer, and not leave the client waiting
            self.log.failure("answering {request}", request=request)
            return _INTERNAL_ERROR
