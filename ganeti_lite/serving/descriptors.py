"""Descriptors: as many as the limits of the daemon's work add up to, or what the system allows."""

import resource
from typing import Final

from attrs import evolve
from twisted.logger import Logger

from ganeti_lite.noderpc import Limits

from .admission import MAX_TURNED_AWAY
from .limits import ClientLimits

OWN: Final = 100
"""For files, the listeners, the reactor, and connections to the job daemon."""

FEWEST_CLIENTS: Final = 10

log: Final = Logger()


def fit_descriptors(clients: ClientLimits, nodes: Limits) -> ClientLimits:
    """What clients may take so that this process has descriptors for it, and for its connections to nodes.

    Its own limit is raised as far as it may and needs to be: on most systems it is 1,024, for the sake of programs
    that use select(2), which this one does not. If that is not enough, fewer clients are let in.
    """
    besides = OWN + MAX_TURNED_AWAY + nodes.connections + nodes.slow_connections
    wanted = clients.connections + besides
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_less(soft, wanted):
        soft = wanted if _is_less(wanted, hard) else hard
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if not _is_less(soft, wanted):
        return clients
    fitting = max(FEWEST_CLIENTS, soft - besides)
    log.warn(
        "only {soft} descriptors are allowed, {wanted} are needed: no more than {fitting} clients are let in",
        soft=soft,
        wanted=wanted,
        fitting=fitting,
    )
    return evolve(clients, connections=fitting)


def _is_less(limit: int, other: int) -> bool:
    """Whether a limit is below another."""
    return limit != resource.RLIM_INFINITY and (other == resource.RLIM_INFINITY or limit < other)
