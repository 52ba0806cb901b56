"""One simulated node daemon: a machine, the faults that it has now, and the port that it listens on."""

import enum
import time
from collections.abc import Sequence
from typing import Final

import attrs
from OpenSSL import SSL
from twisted.internet.defer import maybeDeferred
from twisted.internet.interfaces import (
    IAddress,
    IListeningPort,
    IOpenSSLServerConnectionCreator,
    IReactorTCP,
    IReactorTime,
)
from twisted.internet.protocol import Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from zope.interface import implementer

from ._black_hole import BlackHole
from ._calls import CALLS, answer_call
from ._http import Request
from ._mirror import Mirror
from ._protocol import Connection, Gate, NodeConnection
from ._spoil import Delivery, deliver
from ._tls import ServerConnection, ServerContexts
from .faults import Fault, FaultOrder, call_faults, connection_faults
from .machine import SimulatedNode
from .tally import Tally

_BACKLOG: Final = 1024
"""Connections that may wait to be accepted, as with the real daemon."""


class IReactor(IReactorTCP, IReactorTime):
    """What a daemon needs of a reactor."""


class Door(enum.Enum):
    """What somebody finds who connects."""

    OPEN = enum.auto()
    CLOSED = enum.auto()
    """Nobody listens."""
    UNREACHABLE = enum.auto()
    """Nothing comes back."""


def choose_door(faults: frozenset[Fault]) -> Door:
    """The door of a node that has those faults."""
    if Fault.REFUSE in faults:
        return Door.CLOSED
    return Door.UNREACHABLE if Fault.UNREACHABLE in faults else Door.OPEN


@implementer(IOpenSSLServerConnectionCreator)
class NodeDaemon:
    """Listens for one node.

    :ivar machine: what is behind it at present; others may put another value there at any time.
    :param mirror: where files are also written.
    """

    def __init__(
        self,
        machine: SimulatedNode,
        contexts: ServerContexts,
        tally: Tally,
        reactor: IReactor,
        port: int,
        mirror: Mirror,
    ) -> None:
        self.machine = machine
        self._contexts = contexts
        self._tally = tally
        self._reactor = reactor
        self._port = port
        self._mirror = mirror
        self._catch_up()
        self._orders: tuple[FaultOrder, ...] = ()
        self._faults: frozenset[Fault] = frozenset()
        self._listening: IListeningPort | None = None
        self._hole: BlackHole | None = None
        self._connections: set[Connection] = set()
        self._tls = TLSMemoryBIOFactory(self, False, Gate(self._answer_connection), reactor)

    def open(self, orders: Sequence[FaultOrder]) -> None:
        """Begins, with the door that the orders ask for.

        :raises CannotListenError: the address is in use or none of this machine.
        :raises OSError: likewise.
        """
        self._take(orders)
        match choose_door(self._faults):
            case Door.OPEN:
                gate, address = Gate(self._admit), self.machine.address
                self._listening = self._reactor.listenTCP(self._port, gate, _BACKLOG, address)
            case Door.UNREACHABLE:
                self._hole = BlackHole(self.machine.address, self._port)

    async def close(self) -> None:
        """No longer listens; connections that there are go on."""
        port, self._listening = self._listening, None
        hole, self._hole = self._hole, None
        if hole is not None:
            hole.close()
        if port is not None:
            await maybeDeferred(port.stopListening)

    async def obey(self, orders: Sequence[FaultOrder]) -> None:
        """Has the faults of those orders from now on, and no others; answers under way are not touched.

        :raises CannotListenError: as with :meth:`open`.
        """
        if choose_door(connection_faults(orders, self.machine.name)) is choose_door(self._faults):
            self._take(orders)
            return
        await self.close()
        self.open(orders)

    def cut_connections(self) -> None:
        """Ends all connections that there are."""
        for connection in list(self._connections):
            connection.cut()

    def serverConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803 -- Twisted's
        """The TLS state of a new connection."""
        is_wrong = Fault.WRONG_CERTIFICATE in self._faults
        return ServerConnection(self._contexts.wrong if is_wrong else self._contexts.right, None)

    def _take(self, orders: Sequence[FaultOrder]) -> None:
        self._orders = tuple(orders)
        self._faults = connection_faults(orders, self.machine.name)

    def _admit(self, address: IAddress | None) -> Protocol | None:
        """The protocol of a new connection."""
        self._tally.note_opened(self.machine.name)
        if Fault.SILENT not in self._faults:
            return self._tls.buildProtocol(address)
        connection = Connection(self._forget)
        self._connections.add(connection)
        return connection

    def _answer_connection(self, _address: IAddress | None) -> Protocol:
        """The protocol within TLS."""
        connection = NodeConnection(self._reactor, self._answer, self._forget)
        self._connections.add(connection)
        return connection

    def _forget(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._tally.note_closed()

    def _answer(self, request: Request) -> Delivery | None:
        """What is sent in answer to a request; None for a call that does not exist."""
        if request.call not in CALLS:
            return None
        self._tally.note_call(self.machine.name, request.call)
        orders, now = call_faults(self._orders, self.machine.name, request.call), time.time()
        self._catch_up()
        outcome = answer_call(self.machine, request.call, request.body, now)
        if not any(order.fault is Fault.ERROR for order in orders):
            self._become(outcome.machine)
        return deliver(outcome.result, request.version, now, orders, outcome.seconds)

    def _become(self, machine: SimulatedNode) -> None:
        """Takes another machine in place of the one there was, on disk first."""
        if machine.files is not self.machine.files:
            self._mirror.follow(self.machine.files, machine.files)
        self.machine = machine

    def _catch_up(self) -> None:
        files = self._mirror.catch_up(self.machine.files)
        if files is not self.machine.files:
            self.machine = attrs.evolve(self.machine, files=files)
