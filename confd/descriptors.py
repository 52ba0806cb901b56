"""Descriptors: as many as the limits of the daemon's work add up to, or what the system allows."""

import resource
from typing import Final

from attrs import evolve
from twisted.logger import Logger

from ganeti_lite.serving.admission import MAX_TURNED_AWAY

from .settings import Settings

OWN: Final = 100
"""For files, the listeners, the reactor, and connections to the job daemon."""

FEWEST_CLIENTS: Final = 10

log: Final = Logger()


def fit_descriptors(settings: Settings) -> Settings:
    """Settings that this process has descriptors for.

    Its own limit is raised as far as it may and needs to be: on most systems it is 1,024, for the sake of programs
    that use select(2), which this one does not. If that is not enough, fewer clients are let in.
    """
    nodes = settings.nodes.limits
    besides = OWN + MAX_TURNED_AWAY + nodes.connections + nodes.slow_connections
    wanted = settings.client_limits.connections + besides
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_less(soft, wanted):
        soft = wanted if _is_less(wanted, hard) else hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if not _is_less(soft, wanted):
        return settings
    fitting = max(FEWEST_CLIENTS, soft - besides)
    log.warn(
        "only {soft} descriptors are allowed, {wanted} are needed: no more than {fitting} clients are let in",
        soft=soft,
        wanted=wanted,
        fitting=fitting,
    )
    return evolve(settings, client_limits=evolve(settings.client_limits, connections=fitting))


def _is_less(limit: int, other: int) -> bool:
    """Whether a limit is below another."""
    return limit != resource.RLIM_INFINITY and (other == resource.RLIM_INFINITY or limit < other)
