"""All node daemons of a made-up cluster in one process, and the control over them."""

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from twisted.internet.defer import Deferred, DeferredLock

from ganeti_lite.simulator.certificates import Credentials

from ._calls import CALLS
from ._daemon import IReactor, NodeDaemon
from ._mirror import Mirror, NoMirror
from ._tls import ReadDigests, ServerContexts
from .faults import ALL, FaultOrder, FaultOrderError
from .machine import SimulatedNode
from .tally import Tally, Traffic

NODED_PORT: Final = 1811
"""Default TCP port (services database name ``ganeti-noded``)."""


class NodeDaemons:
    """The daemons of all nodes, each on its node's address.

    :param machines: what is behind them; names differ, and so do addresses.
    :param server: the cluster's certificate.
    :param read_digests: which clients are let in.
    :param port: the same for all; 0 for one that is free.
    :param mirrors: by node, where its files are also written.
    """

    def __init__(
        self,
        reactor: IReactor,
        machines: Iterable[SimulatedNode],
        server: Credentials,
        read_digests: ReadDigests,
        port: int = NODED_PORT,
        mirrors: Mapping[str, Mirror] = MappingProxyType({}),
    ) -> None:
        machines = list(machines)
        contexts, self._tally = ServerContexts(server, read_digests), Tally()
        self.port = port or _find_free_port(machines[0].address)
        self._daemons = {
            each.name: NodeDaemon(each, contexts, self._tally, reactor, self.port, mirrors.get(each.name, NoMirror()))
            for each in machines
        }
        self._lock = DeferredLock()

    def start(self, orders: Sequence[FaultOrder] = ()) -> None:
        """Listens on all addresses.

        :raises FaultOrderError: an order names an unknown node or call.
        :raises CannotListenError: an address is in use, or none of this machine.
        """
        self._check(orders)
        for daemon in self._daemons.values():
            daemon.open(orders)

    async def stop(self) -> None:
        """Stops listening and ends all connections."""
        await self._lock.run(lambda: Deferred.fromCoroutine(self._close_all()))

    async def order(self, orders: Sequence[FaultOrder]) -> None:
        """Puts these orders in place of all earlier ones; in force when it returns.

        :raises FaultOrderError: one names an unknown node or call; then nothing has changed.
        :raises CannotListenError: somebody has taken an address in the meantime.
        """
        self._check(orders)
        await self._lock.run(lambda: Deferred.fromCoroutine(self._obey_all(orders)))

    def machine(self, node: str) -> SimulatedNode:
        """The machine behind a node's daemon as it is now.

        :raises KeyError: there is no node of that full name.
        """
        return self._daemons[node].machine

    @property
    def machines(self) -> Mapping[str, SimulatedNode]:
        """All machines as they are now, by the nodes' names."""
        return {name: daemon.machine for name, daemon in self._daemons.items()}

    def change(self, node: str, transition: Callable[[SimulatedNode], SimulatedNode]) -> None:
        """Has something happen to a machine.

        :raises KeyError: there is no node of that full name.
        """
        daemon = self._daemons[node]
        daemon.machine = transition(daemon.machine)

    @property
    def traffic(self) -> Traffic:
        """What has reached the daemons since they started or were told to forget it."""
        return self._tally.read()

    def forget_traffic(self) -> None:
        """Starts the count over."""
        self._tally.forget()

    async def _close_all(self) -> None:
        for daemon in self._daemons.values():
            await daemon.close()
            daemon.cut_connections()

    async def _obey_all(self, orders: Sequence[FaultOrder]) -> None:
        for daemon in self._daemons.values():
            await daemon.obey(orders)

    def _check(self, orders: Iterable[FaultOrder]) -> None:
        for order in orders:
            if order.node not in (ALL, *self._daemons):
                raise FaultOrderError(f"There is no node {order.node}.")
            if order.call not in (ALL, *CALLS):
                raise FaultOrderError(f"There is no call {order.call}; these are: {', '.join(CALLS)}.")


def _find_free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])
