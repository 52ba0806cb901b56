"""What a client of node daemons is told, and what it tells about itself."""

import enum
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen
from attrs.validators import ge, gt

DEFAULT_PORT: Final = 1811
"""Of node daemons, where the services database has no ``ganeti-noded``."""


@frozen
class Limits:
    """How much of anything one client allows itself. Times are seconds, sizes bytes."""

    connections: int = field(default=30, validator=ge(1))
    """Begun within the last half second and open, to all nodes together. A call costs more than 1 ms of processor, most
    of it for TLS: where nodes answer within 30 ms, more connections cannot be kept busy."""

    slow_connections: int = field(default=470, validator=ge(0))
    """Open besides, that are older: of nodes that are slow or hang. Only when there are as many do these hold up the
    others. Each is a descriptor: with the busy ones they take half of the 1,024 that a process usually has, and leave
    the other half to the clients."""

    connect_timeout: float = field(default=5.0, validator=gt(0))
    """From the first packet to the end of the TLS handshake; as Ganeti's own clients have it."""

    deadline: float = field(default=60.0, validator=gt(0))
    """From when a call is asked for to its answer, the queue included. Ganeti's own limit for the calls of lists, but
    300 for those about exports and operating systems."""

    retry_after: float = field(default=10.0, validator=ge(0))
    """How often a node that could not be connected to is tried. Twice the connect timeout, so that a dead machine costs
    one query in ten seconds five of them, and whoever restarts a node soon sees it; 0 tries it every time."""

    max_age: float = field(default=0.0, validator=ge(0))
    """How long a good answer may be given again. 0: never, for lists show the present."""

    body_limit: int = field(default=8 * 1024 * 1024, validator=gt(0))
    """Of one answer. That of a node with 10,000 instances has 1 MB; thirty of this limit at once have 240 MB. Hundreds
    are possible only where that many nodes, which all have the cluster's certificate, mean harm."""

    answers_limit: int = field(default=32 * 1024 * 1024, validator=ge(0))
    """Of the bodies of answers that are kept to be given again, all together: more than 400 nodes with 100 instances
    each have, for every call of a list; as Python objects they take about ten times as much."""


@frozen
class TlsFiles:
    """Paths of the PEM files that prove who is who, each with a certificate and its private key.

    :ivar server_pem: the cluster's own, with which every node signs; the only authority that is trusted.
    :ivar client_pem: this node's; where there is no such file, the cluster's certificate is shown instead, as in the
        first moments of a cluster.
    """

    server_pem: str
    client_pem: str


@frozen
class NodeCallTarget:
    """One call: equal ones are the same call.

    :ivar address: IP address of the node, without brackets.
    :ivar method: name of the call.
    :ivar body: its arguments as :func:`~ganeti_lite.wire.noderpc.encode_body` writes them.
    """

    address: str
    method: str
    body: bytes


class FailureKind(enum.StrEnum):
    """What went wrong with a call."""

    LOCAL = "local"
    """This node's own certificates cannot be used, or it has no descriptor to spare; no node was asked."""
    CONNECTION = "connection"
    """No TCP connection, no TLS handshake, or a certificate that one of the sides refuses. Only this is remembered."""
    ANSWER = "answer"
    """The node closed, sent what is no answer, or answered with an error."""
    DEADLINE = "deadline"
    """No answer in time."""


@frozen
class Counters:
    """What a client has done since its start, and what it does now.

    :ivar asked: calls that were asked for, by whomever; of these:
    :ivar coalesced: joined an equal call that was under way or queued.
    :ivar reused: got an answer of the last :attr:`Limits.max_age` seconds.
    :ivar remembered: got a failure of the last :attr:`Limits.retry_after` seconds.
    :ivar sent: connections that were begun: the calls that reached a node, or tried to.
    :ivar abandoned: calls that were dropped because nobody waited any more, begun or not.
    :ivar answered: good answers.
    :ivar failures: calls without a good answer, by kind.
    :ivar open_connections: now, those included that are being closed.
    :ivar queued: calls that wait for a connection now.
    """

    asked: int
    coalesced: int
    reused: int
    remembered: int
    sent: int
    abandoned: int
    answered: int
    failures: Mapping[FailureKind, int]
    open_connections: int
    queued: int
