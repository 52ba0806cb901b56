"""Node daemons whose every word a test decides: real sockets and real TLS, in the test's own reactor."""

import enum
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

from attrs import frozen
from OpenSSL import SSL, crypto
from twisted.internet import reactor as installed_reactor
from twisted.internet.interfaces import (
    IAddress,
    IConnector,
    IDelayedCall,
    IListeningPort,
    IOpenSSLServerConnectionCreator,
)
from twisted.internet.posixbase import PosixReactorBase
from twisted.internet.protocol import ClientFactory, Factory, Protocol, ServerFactory, connectionDone
from twisted.internet.task import Clock, deferLater
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from ganeti_lite.noderpc import IReactor, Limits, NodeRpcClient, TlsFiles
from ganeti_lite.simulator.certificates import Credentials, make_client_credentials, make_server_credentials

REACTOR: Final = cast(PosixReactorBase, installed_reactor)
"""The module stands for the reactor."""

TRIES: Final = 1000
"""Looks at a condition, some milliseconds apart, before it is called false."""


class End(enum.Enum):
    """How a node ends what it says."""

    CLOSE = enum.auto()
    RESET = enum.auto()
    WAIT = enum.auto()
    """It leaves the connection open."""


@frozen
class Script:
    """What a node says once it has a request."""

    data: bytes
    end: End = End.CLOSE


def respond(body: bytes, status: str = "200 OK", size: int | None = None) -> Script:
    """A response as Ganeti's node daemon writes it; ``size`` for one that promises another length than it has."""
    length = len(body) if size is None else size
    return Script(b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), length, body))


GOOD: Final = respond(b"[true, 3000000]\n")
SILENCE: Final = Script(b"", End.WAIT)


@cache
def cluster_credentials() -> Credentials:
    """The cluster's certificate, one for all tests."""
    return make_server_credentials()


@cache
def client_credentials() -> Credentials:
    """A node's certificate, signed by the cluster's."""
    return make_client_credentials(cluster_credentials(), "node1.example.com", 2)


@cache
def foreign_credentials() -> Credentials:
    """A certificate of the same name that is another cluster's."""
    return make_server_credentials()


def write_certificates(folder: Path) -> TlsFiles:
    """The two files, as a node has them."""
    files = TlsFiles(str(folder / "server.pem"), str(folder / "client.pem"))
    Path(files.server_pem).write_bytes(cluster_credentials().to_pem())
    Path(files.client_pem).write_bytes(client_credentials().to_pem())
    return files


@implementer(IOpenSSLServerConnectionCreator)
class Identity:
    """TLS of a node that shows one certificate and trusts another."""

    def __init__(self, shown: Credentials, trusted: Credentials) -> None:
        self._context = SSL.Context(SSL.TLS_SERVER_METHOD)
        self._context.use_certificate(shown.certificate)
        self._context.use_privatekey(shown.key)
        store = self._context.get_cert_store()
        assert store is not None
        store.add_cert(crypto.X509.from_cryptography(trusted.certificate))
        self._context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT)

    def serverConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802, N803 - Twisted's
        return SSL.Connection(self._context, None)


class ScriptedNode(ServerFactory):
    """A node daemon.

    :ivar script: what it says, from now on.
    :ivar requests: what it was asked: ``(method, body)``.
    :ivar open: its connections, those without a request included.
    :ivar accepted: how many connections there have been.
    """

    noisy = False

    def __init__(self, script: Script = GOOD) -> None:
        self.script = script
        self.requests: list[tuple[str, bytes]] = []
        self.open: set[Protocol] = set()
        self.accepted = 0

    def buildProtocol(self, addr: IAddress | None) -> "NodeSide":
        return NodeSide(self)

    def answer_all(self, script: Script = GOOD) -> None:
        """Say to everybody who waits what was held back."""
        for connection in tuple(self.open):
            if isinstance(connection, NodeSide):
                connection.say(script)


class NodeSide(Protocol):
    """A node's side of one connection."""

    transport: TLSMemoryBIOProtocol

    def __init__(self, node: ScriptedNode) -> None:
        self._node = node
        self._received = b""

    def connectionMade(self) -> None:
        self._node.open.add(self)
        self._node.accepted += 1

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._node.open.discard(self)

    def dataReceived(self, data: bytes) -> None:
        self._received += data
        head, _, body = self._received.partition(b"\r\n\r\n")
        if len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 1 << 30):
            return
        self._node.requests.append((head.split(b" ")[1].decode()[1:], body))
        self.say(self._node.script)

    def say(self, script: Script) -> None:
        """Say it."""
        self.transport.write(script.data)
        match script.end:
            case End.CLOSE:
                self.transport.loseConnection()
            case End.RESET:
                self.transport.abortConnection()
            case End.WAIT:
                pass


@implementer(IReactor)
class SteppedReactor:
    """The real network, with a time that passes only when a test says so; what is due at once is done at once."""

    def __init__(self) -> None:
        self.clock = Clock()

    def connectTCP(  # noqa: N802 - Twisted's
        self,
        host: str,
        port: int,
        factory: "ClientFactory[Any]",
        timeout: float = 30.0,
        bindAddress: Any = None,  # noqa: N803 - Twisted's
    ) -> IConnector:
        return REACTOR.connectTCP(host, port, factory, timeout, bindAddress)

    def listenTCP(  # noqa: N802 - Twisted's
        self, port: int, factory: ServerFactory, backlog: int = 50, interface: str = ""
    ) -> IListeningPort:
        return cast(IListeningPort, REACTOR.listenTCP(port, factory, backlog, interface))

    def callLater(
        self,
        delay: float,
        callable: Callable[..., Any],  # noqa: A002 - Twisted's
        *args: object,
        **kwargs: object,
    ) -> IDelayedCall:
        if delay:
            return self.clock.callLater(delay, callable, *args, **kwargs)
        return REACTOR.callLater(0, callable, *args, **kwargs)

    def seconds(self) -> float:
        return self.clock.seconds()

    def getDelayedCalls(self) -> Any:  # noqa: N802 - Twisted's
        return self.clock.getDelayedCalls()


class NodesTestCase(TestCase):
    """Tests with nodes on loopback addresses. Trial's TestCase fails what leaves a socket or a timer in the reactor."""

    timeout = 30

    def setUp(self) -> None:
        """No nodes yet."""
        self.port = 0
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.files = write_certificates(Path(folder.name))

    def listen(self, address: str, factory: "Factory[Any]") -> None:
        """Listen at an address, at the port that all nodes have."""
        port = REACTOR.listenTCP(self.port, factory, interface=address)
        self.addCleanup(port.stopListening)
        self.port = port.getHost().port

    def start(
        self, address: str, script: Script = GOOD, shown: Credentials | None = None, trusted: Credentials | None = None
    ) -> ScriptedNode:
        """A new node, with the cluster's certificate unless said otherwise."""
        node = ScriptedNode(script)
        identity = Identity(shown or cluster_credentials(), trusted or cluster_credentials())
        self.listen(address, TLSMemoryBIOFactory(identity, False, node))
        return node

    def client(
        self, limits: Limits | None = None, reactor: IReactor | None = None, *, shares_calls: bool = True
    ) -> NodeRpcClient:
        """A client, stopped at the end of the test, when it must have nothing open any more."""
        reactor = reactor or cast(IReactor, REACTOR)
        client = NodeRpcClient(reactor, self.files, limits or Limits(), self.port, shares_calls=shares_calls)
        self.addCleanup(client.stop)
        return client


async def until(condition: Callable[[], bool]) -> None:
    """Return once a condition holds."""
    for _ in range(TRIES):
        if condition():
            return
        await deferLater(REACTOR, 0.005)
    raise AssertionError("it does not come true")
