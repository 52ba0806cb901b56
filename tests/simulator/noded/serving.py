"""Daemons that serve while a block lasts: in this process, on a reactor of their own in a thread of its own."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final, TypeVar, cast

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.epollreactor import EPollReactor
from twisted.internet.threads import blockingCallFromThread
from twisted.logger import LogLevel, capturedLogs, eventAsText

from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.simulator.noded import FaultOrder, SimulatedNode, Traffic
from ganeti_lite.simulator.noded.cluster import load_daemons
from ganeti_lite.simulator.noded.daemons import NodeDaemons

from .client import NodeClient

STOP_SECONDS: Final = 10
T = TypeVar("T")


@frozen
class Serving:
    """Running daemons, and a client that they let in."""

    reactor: Any
    daemons: NodeDaemons
    client: NodeClient
    paths: ClusterPaths

    def run(self, action: Callable[[], T]) -> T:
        """Do something where the daemons run, and wait for it."""
        return blockingCallFromThread(self.reactor, action)

    def wait(self, action: Callable[[], Coroutine[Deferred[Any], Any, T]]) -> T:
        """Likewise, for what takes a while."""

        def begin() -> Deferred[T]:
            return Deferred.fromCoroutine(action())

        return cast(T, blockingCallFromThread(self.reactor, cast(Callable[[], Any], begin)))

    def order(self, *orders: str) -> None:
        """Put faults in force, in place of earlier ones."""
        self.wait(lambda: self.daemons.order([FaultOrder.from_text(text) for text in orders]))

    def machine(self, name: str) -> SimulatedNode:
        """A machine as it is now."""
        return self.run(lambda: self.daemons.machine(name))

    @property
    def traffic(self) -> Traffic:
        """What has come so far."""
        return self.run(lambda: self.daemons.traffic)

    def ask(self, name: str, call: str, arguments: object = (), patience: float = 10.0) -> Any:
        """The ``[success, payload]`` of a call to a node by its name."""
        return self.client.ask(self.machine(name).address, call, arguments, patience)


@contextmanager
def serving(paths: ClusterPaths, orders: Sequence[str] = ()) -> Iterator[Serving]:
    """The daemons of a cluster on disk, on a port that is free; in the end nothing may have failed unforeseen."""
    with capturedLogs() as events, running_reactor() as reactor:
        daemons = blockingCallFromThread(reactor, lambda: load_daemons(reactor, paths, port=0))
        blockingCallFromThread(reactor, lambda: daemons.start([FaultOrder.from_text(text) for text in orders]))
        client = NodeClient(paths.server_pem, paths.client_pem, daemons.port)
        served = Serving(reactor, daemons, client, paths)
        try:
            yield served
        finally:
            served.wait(daemons.stop)
    assert [eventAsText(event) for event in events if event.get("log_level") is LogLevel.critical] == []


@contextmanager
def running_reactor() -> Iterator[Any]:
    """A reactor that is not the process's own."""
    reactor = EPollReactor()
    thread = Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)
    thread.start()
    try:
        yield reactor
    finally:
        reactor.callFromThread(reactor.stop)
        thread.join(STOP_SECONDS)
        assert not thread.is_alive()
