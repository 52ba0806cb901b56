"""Connections to the job socket: as those of the query daemon, but who sends queries is noted, or refused."""

from typing import Final

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime

from ganeti_lite.errors import LuxiError, RequestParseError
from ganeti_lite.serving.luxi import Answerer, LuxiFactory, LuxiProtocol
from ganeti_lite.serving.needs import Answer
from ganeti_lite.wire.luxi import decode_request, encode_error
from ganeti_lite.wire.requests import METHODS

from .callers import NOBODY, QueryLog, identify_caller

QUERIES: Final = frozenset(name for name in METHODS if name.startswith("Query"))
"""Methods that only ask; waiting for a job is part of having it done."""

_LONGEST_NAME: Final = 4096
"""Bytes of a request that are decoded to see which method it is for; what is longer brings opcodes."""


class JobSocketProtocol(LuxiProtocol):
    """One client's connection."""

    def __init__(self, answer: Answerer, clock: IReactorTime, log: QueryLog, query_socket: str | None) -> None:
        super().__init__(self._judge, clock)
        self._pass = answer
        self._log = log
        self._query_socket = query_socket
        self._caller = NOBODY

    def connectionMade(self) -> None:
        """See who it is."""
        self._caller = identify_caller(self.transport.socket)
        super().connectionMade()

    def _judge(self, frame: bytes) -> Deferred[Answer]:
        """Note a query, and answer it unless they are refused here."""
        method = _find_query(frame)
        if method is None:
            return self._pass(frame)
        self._log.note(self._caller, method)
        if self._query_socket is None:
            return self._pass(frame)
        return succeed(Answer(encode_error(LuxiError(f"{method} is a query: send it to {self._query_socket}"))))


def _find_query(frame: bytes) -> str | None:
    """The method of a request that is a query; None for all others."""
    if len(frame) > _LONGEST_NAME and b'"Query' not in frame[:_LONGEST_NAME] + frame[-_LONGEST_NAME:]:
        return None
    try:
        method = decode_request(frame).method
    except RequestParseError:
        return None
    return method if method in QUERIES else None


class JobSocketFactory(LuxiFactory):
    """Makes a :class:`JobSocketProtocol` for each client.

    :param query_socket: where queries belong, if they are refused here; None to answer them.
    """

    def __init__(self, answer: Answerer, clock: IReactorTime, log: QueryLog, query_socket: str | None) -> None:
        super().__init__(answer, clock)
        self._log = log
        self._query_socket = query_socket

    def buildProtocol(self, addr: object) -> JobSocketProtocol:
        """A protocol for one more client."""
        del addr
        protocol = JobSocketProtocol(self._answer, self._clock, self._log, self._query_socket)
        protocol.factory = self
        return protocol
