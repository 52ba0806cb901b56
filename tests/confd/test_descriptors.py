"""Descriptors: the process's own limit is raised to what is needed, and where it cannot be fewer clients are let in."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from confd.descriptors import FEWEST_CLIENTS, OWN, fit_descriptors
from confd.settings import Settings
from tests.confd.test_settings import settings_of
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


@pytest.fixture
def settings() -> Settings:
    """What a daemon is told that is to serve few clients."""
    return settings_of("--max-clients", "200")


def test_the_soft_limit_is_raised(settings: Settings) -> None:
    """As far as needed, and no further."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with descriptor_limits(256, hard):
        assert fit_descriptors(settings) == settings
        raised, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert 200 + 500 + OWN < raised < min(1024, hard)
        assert fit_descriptors(settings) == settings
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == raised


def test_where_there_are_too_few_fewer_clients_are_let_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hard limit is told in the log, and the number of clients follows from it."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 700))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    with logged() as log:
        fitted = fit_descriptors(settings)
    assert fitted.client_limits.connections == 700 - 650
    assert any("only 700 descriptors" in line for line in log.lines)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert fit_descriptors(settings).client_limits.connections == FEWEST_CLIENTS
