"""Replies that are encoded once for a snapshot, and then looked up.

They belong to the snapshot that they were made from and go with it: the next one starts with none.
"""

from typing import Final, TypeAlias

from ganeti_lite.constants import ConfdRequest, ConfdStatus
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.confd import MAX_REPLY_SIZE, EncodedReply, Query, Reply, encode_reply, wrap_answer

from .bounded_json import TooLargeError, encode_bounded
from .datagrams import answer_request

DEFAULT_BYTES: Final = 32 * 1024 * 1024
"""What the replies of one snapshot may take."""

_ENTRY_BYTES: Final = 500
"""What keeping a reply costs besides its text."""

_QUERY_IGNORED: Final = frozenset(
    {ConfdRequest.PING, ConfdRequest.NODE_IPS, ConfdRequest.CANDIDATE_IPS, ConfdRequest.DATA_COLLECTORS}
)

TOO_LARGE: Final = encode_reply(
    Reply(ConfdStatus.ERROR, f"the answer is too large for a datagram that clients read ({MAX_REPLY_SIZE} bytes)")
)
"""What is replied instead of an answer that a client could not receive."""

Key: TypeAlias = tuple[ConfdRequest, Query]


class PreparedReplies:
    """The replies that one snapshot gives.

    :ivar snapshot: None before there is one; every request is then refused with *fault*.
    :param limit: bytes that kept replies may take; beyond that all are forgotten, and made again if asked for.
    """

    def __init__(self, snapshot: ClusterSnapshot | None, fault: str = "", limit: int = DEFAULT_BYTES) -> None:
        self.snapshot: Final = snapshot
        self._fault = fault
        self._limit = limit
        self._kept: dict[Key, EncodedReply] = {}
        self._total = 0

    def find(self, request_type: ConfdRequest, query: Query) -> EncodedReply:
        """The reply to a request of that type with that query."""
        key = (request_type, None if request_type in _QUERY_IGNORED else query)
        reply = self._kept.get(key)
        if reply is None:
            reply = self._prepare(*key)
            self._keep(key, reply)
        return reply

    def _keep(self, key: Key, reply: EncodedReply) -> None:
        self._total += _cost_of(reply)
        if self._total > self._limit:
            self._kept.clear()
            self._total = _cost_of(reply)
        self._kept[key] = reply

    def _prepare(self, request_type: ConfdRequest, query: Query) -> EncodedReply:
        if self.snapshot is None:
            return encode_reply(Reply(ConfdStatus.ERROR, self._fault))
        reply = answer_request(self.snapshot, request_type, query)
        try:
            encoded = wrap_answer(reply.status, encode_bounded(reply.answer, MAX_REPLY_SIZE), reply.serial)
        except TooLargeError:
            return TOO_LARGE
        return encoded if len(encoded.quoted) <= MAX_REPLY_SIZE else TOO_LARGE


def _cost_of(reply: EncodedReply) -> int:
    return len(reply.text) + len(reply.quoted) + _ENTRY_BYTES
