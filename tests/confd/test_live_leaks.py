"""The whole daemon in the test's own reactor, asked for long by clients of all kinds while its nodes go wrong."""

import gc
import json
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import pytest
from attrs import frozen
from twisted.internet import reactor as installed_reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IAddress
from twisted.internet.posixbase import PosixReactorBase
from twisted.internet.protocol import ClientFactory, Protocol, connectionDone
from twisted.internet.task import deferLater
from twisted.internet.unix import Client
from twisted.python.failure import Failure
from twisted.trial.unittest import TestCase

from confd.service import IReactor, make_confd
from confd.settings import ConfdOptions, read_settings
from ganeti_lite.noderpc._exchange import CLOSING_TIMEOUT, Exchange
from ganeti_lite.noderpc._shared_call import SharedCall
from ganeti_lite.serving.luxi import LuxiProtocol
from ganeti_lite.simulator import ClusterPaths
from ganeti_lite.simulator.noded import Fault, FaultOrder
from tests.interop.luxi import END_OF_MESSAGE, encode

from .live_cluster import read_config, simulated_nodes

REACTOR: Final = cast(PosixReactorBase, installed_reactor)
"""The module stands for the reactor."""

AT_ONCE: Final = 25
"""Clients at the same moment, under the same faults."""

WARM_UP: Final = 100
DEADLINE: Final = 0.15
"""Seconds that a query waits for the nodes: less than many faults take."""

KIB_PER_QUERY: Final = 0.5
"""Memory that may have come per query; one forgotten exchange or protocol is several KiB."""

QUERIES: Final = (
    ("instance", ["name", "status", "oper_ram"], None),
    ("instance", ["name", "console"], ["==", "admin_state", "up"]),
    ("instance", ["name"], ["==", "status", "running"]),
    ("node", ["name", "mfree", "dfree"], None),
    ("node", ["name", "bootid"], ["?", "master_candidate"]),
    ("export", ["node", "export"], None),
    ("os", ["name", "valid"], None),
    ("extstorage", ["name", "parameters"], None),
)
VALUES: Final = {Fault.SLOW: "0.05", Fault.DRIP: "0.3", Fault.STATUS: "503", Fault.ERROR: "out of order"}


class Asker(Protocol):
    """A client that asks once; one that has no time does not wait for the answer."""

    transport: Client

    def __init__(self, request: bytes, *, has_time: bool) -> None:
        self.done: Deferred[bytes] = Deferred()
        self.has_time = has_time
        self._request = request
        self._received = b""

    def connectionMade(self) -> None:
        self.transport.write(self._request + END_OF_MESSAGE)
        if not self.has_time:
            REACTOR.callLater(0.01, self.transport.abortConnection)

    def dataReceived(self, data: bytes) -> None:
        self._received += data
        if self._received.endswith(END_OF_MESSAGE):
            self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.done.callback(self._received[:-1])


class OneConnection(ClientFactory):
    """What Twisted asks for the protocol of the one connection."""

    noisy = False

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def buildProtocol(self, addr: IAddress | None) -> Asker:
        return self._asker


@frozen
class Footprint:
    """What a process has.

    :ivar kept: objects that belong to one connection or call.
    """

    descriptors: int
    timers: int
    kept: int


def measure() -> Footprint:
    """What this process has now."""
    gc.collect()
    kept = (each for each in gc.get_objects() if isinstance(each, Exchange | SharedCall | LuxiProtocol))
    return Footprint(len(os.listdir("/proc/self/fd")), len(REACTOR.getDelayedCalls()), sum(1 for _ in kept))


def resident_kib() -> int:
    """This process's memory."""
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0])


class LeakTests(TestCase):
    """Trial's TestCase fails what leaves a socket or a timer in the reactor after the daemon has been stopped."""

    timeout = 1800

    def setUp(self) -> None:
        """A daemon here, nodes in a process of their own."""
        stack = ExitStack()
        self.addCleanup(stack.close)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="gl")))
        self.paths, self.control = stack.enter_context(simulated_nodes(folder))
        self.nodes = [node["name"] for node in read_config(self.paths)["nodes"].values()]
        daemon = make_confd(
            read_settings(parse_options(self.paths, self.control.port), self.paths.environment()),
            cast(IReactor, REACTOR),
        )
        daemon.startService()
        self.addCleanup(daemon.stopService)

    async def test_hundreds_of_queries_leave_nothing_behind(self) -> None:
        """Every kind of list, some given up, under random faults: nothing stays open, pending or kept."""
        before = await self.footprint_after(WARM_UP, random.Random(1))
        assert await self.footprint_after(200, random.Random(2)) == before

    @pytest.mark.bench
    async def test_ten_thousand_queries_leave_nothing_behind(self) -> None:
        """The same for long, and the memory stays, too."""
        before = await self.footprint_after(1000, random.Random(3))
        memory = resident_kib()
        assert await self.footprint_after(10_000, random.Random(4)) == before
        grown = resident_kib() - memory
        calls = self.control.traffic.total_calls
        print(f"\n10,000 queries, {calls} calls that nodes read: {before} before and after, {grown} KiB more memory")
        assert grown < 10_000 * KIB_PER_QUERY

    async def footprint_after(self, count: int, chance: random.Random) -> Footprint:
        """Ask so many queries; what this process has when all is at rest."""
        for _ in range(count // AT_ONCE):
            self.control.order(draw_orders(self.nodes, chance))
            await self.ask_at_once(chance)
        self.control.order([])
        await self.ask_at_once(chance)
        await self.come_to_rest()
        return measure()

    async def ask_at_once(self, chance: random.Random) -> None:
        """Have some clients ask, of whom each that waits is answered."""
        askers = [
            Asker(encode("Query", list(chance.choice(QUERIES))), has_time=chance.random() < 0.9) for _ in range(AT_ONCE)
        ]
        for asker in askers:
            REACTOR.connectUNIX(str(self.paths.query_socket), OneConnection(asker))
        answers = await gatherResults([asker.done for asker in askers])
        for asker, answer in zip(askers, answers, strict=True):
            assert not asker.has_time or json.loads(answer)["success"] is True, answer

    async def come_to_rest(self) -> None:
        """Return when the nodes have seen the last connection end, and all that is timed has had its time."""
        for _ in range(500):
            if self.control.traffic.open == 0:
                return await deferLater(REACTOR, DEADLINE + CLOSING_TIMEOUT + 0.2)
            await deferLater(REACTOR, 0.02)
        raise AssertionError(f"connections are left: {self.control.traffic}")


def parse_options(paths: ClusterPaths, node_port: int) -> ConfdOptions:
    """What a command line would say."""
    options = ConfdOptions()
    times = ["--rpc-deadline", str(DEADLINE), "--rpc-retry-after", "0.02"]
    options.parseOptions(
        ["--root", str(paths.root), "--bind", "127.0.0.1", "--port", "0", "--node-port", str(node_port), *times]
    )
    return options


def draw_orders(nodes: list[str], chance: random.Random) -> Iterator[FaultOrder]:
    """Faults at some of the nodes."""
    for node in chance.sample(nodes, chance.randrange(1, len(nodes))):
        fault = chance.choice(list(Fault))
        yield FaultOrder(fault, VALUES.get(fault, ""), node)
