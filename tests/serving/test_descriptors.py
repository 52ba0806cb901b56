"""Descriptors: the process's own limit is raised to what is needed, and where it cannot be fewer clients are let in."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ganeti_lite.noderpc import Limits
from ganeti_lite.serving.descriptors import FEWEST_CLIENTS, OWN, fit_descriptors
from ganeti_lite.serving.limits import ClientLimits
from tests.doubles.log_events import logged


@contextmanager
def descriptor_limits(soft: int, hard: int) -> Iterator[None]:
    """A lower limit for this process, as far as it can be lifted again."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


CLIENTS = ClientLimits(connections=200)
NODES = Limits()


def test_the_soft_limit_is_raised() -> None:
    """As far as needed, and no further."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with descriptor_limits(256, hard):
        assert fit_descriptors(CLIENTS, NODES) == CLIENTS
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert 200 + 500 + OWN < raised < min(1024, hard)
        assert fit_descriptors(CLIENTS, NODES) == CLIENTS
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == raised


def test_where_there_are_too_few_fewer_clients_are_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hard limit is told in the log, and the number of clients follows from it."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 700))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with logged() as log:
        fitted = fit_descriptors(CLIENTS, NODES)
    assert fitted.connections == 700 - 650
    assert any("only 700 descriptors" in line for line in log.lines)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert fit_descriptors(CLIENTS, NODES).connections == FEWEST_CLIENTS
