"""What clients of confd may rely on, whichever client and whichever daemon."""

from collections.abc import Callable
from typing import Final, Protocol

import pytest
from attrs import evolve, frozen
from twisted.internet.defer import Deferred

from ganeti_lite.clients.confd import ConfdClient
from ganeti_lite.clients.confd_exchange import Address, Outcome
from ganeti_lite.clients.confd_twisted import TwistedConfdClient
from ganeti_lite.constants import ConfdField, ConfdRequest, ConfdStatus
from ganeti_lite.wire.confd import Query, QueryObject
from tests.doubles.reactors import Reactor, run_reactor


@frozen
class Endpoint:
    """A daemon that serves a cluster.

    :ivar master: the full name of the cluster's master node.
    """

    key: bytes
    address: Address
    master: str


class Asker(Protocol):
    """Makes one request with a client of its own, and waits for its end."""

    def __call__(
        self, endpoint: Endpoint, request_type: ConfdRequest, query: Query = None, *, lifetime: float = 10.0
    ) -> Outcome: ...


def ask_blocking(
    endpoint: Endpoint, request_type: ConfdRequest, query: Query = None, *, lifetime: float = 10.0
) -> Outcome:
    """Ask with the client that waits."""
    with ConfdClient(endpoint.key, [endpoint.address]) as client:
        return client.ask(request_type, query, lifetime=lifetime)


def ask_twisted(
    endpoint: Endpoint, request_type: ConfdRequest, query: Query = None, *, lifetime: float = 10.0
) -> Outcome:
    """Ask with the client for Twisted programs."""

    def ask(reactor: Reactor) -> Deferred[Outcome]:
        client = TwistedConfdClient(endpoint.key, [endpoint.address], reactor)
        asked = client.ask(request_type, query, lifetime=lifetime)

        def close(outcome: Outcome) -> Deferred[Outcome]:
            return client.close().addCallback(lambda _: outcome)

        return asked.addCallback(close)

    return run_reactor(ask)


ASKERS: Final[dict[str, Callable[..., Outcome]]] = {"blocking": ask_blocking, "twisted": ask_twisted}


class ConfdContract:
    """The promises. A subclass gives the fixture ``endpoint``."""

    @pytest.fixture(params=list(ASKERS.values()), ids=list(ASKERS))
    def ask(self, request: pytest.FixtureRequest) -> Asker:
        """Each client in turn."""
        asker: Asker = request.param
        return asker

    def test_a_ping_brings_the_version(self, endpoint: Endpoint, ask: Asker) -> None:
        """A ping is answered with the version of the configuration's format."""
        outcome = ask(endpoint, ConfdRequest.PING)
        assert outcome.reply is not None
        assert outcome.reply[:] == (ConfdStatus.OK, 3000000, 0)
        assert outcome[1:] == (1, 1, True)

    def test_the_master_has_a_name_and_addresses(self, endpoint: Endpoint, ask: Asker) -> None:
        """Asked without a query for its name, with one for what is wished; both bear the cluster's serial number."""
        name = ask(endpoint, ConfdRequest.CLUSTER_MASTER).reply
        both = ask(
            endpoint, ConfdRequest.CLUSTER_MASTER, QueryObject(fields=(ConfdField.MASTER_IP, ConfdField.MASTER_NAME))
        ).reply
        assert name is not None
        assert both is not None
        assert name.answer == endpoint.master
        assert both.answer[1] == endpoint.master
        assert name.serial == both.serial > 0

    def test_what_is_not_there_is_an_error(self, endpoint: Endpoint, ask: Asker) -> None:
        """An unknown name is answered with an error, whose serial number is 0."""
        reply = ask(endpoint, ConfdRequest.NODE_ROLE, "nosuch.example.com").reply
        assert reply is not None
        assert (reply.status, reply.serial) == (ConfdStatus.ERROR, 0)

    def test_a_stranger_gets_no_reply(self, endpoint: Endpoint, ask: Asker) -> None:
        """Who has another key waits in vain."""
        outcome = ask(evolve(endpoint, key=b"another key\n"), ConfdRequest.PING, lifetime=0.1)
        assert outcome == Outcome(None, 0, 1, True)
