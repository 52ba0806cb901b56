"""A Twisted client of Ganeti's node daemons (HTTPS): bounded, coalescing, on time.

:class:`NodeRpcClient` calls, alone or many at once; what it may take is said by :class:`Limits`. Every call ends in a
value (:mod:`ganeti_lite.wire.noderpc`), none in an exception. Which calls a query needs, and what a failure means
for its fields, is decided elsewhere.
"""

from ._exchange import IReactor
from .client import NodeRpcClient
from .values import DEFAULT_PORT, Counters, FailureKind, Limits, NodeCallTarget, TlsFiles

__all__ = [
    "DEFAULT_PORT",
    "Counters",
    "FailureKind",
    "IReactor",
    "Limits",
    "NodeCallTarget",
    "NodeRpcClient",
    "TlsFiles",
]
