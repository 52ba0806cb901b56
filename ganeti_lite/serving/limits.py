"""What clients may take of the daemon, and why so much: a limit is there so that nobody takes what all need."""

from typing import Final

from attrs import frozen

from ganeti_lite.wire.framing import DEFAULT_LIMIT

MIB: Final = 1024 * 1024


@frozen
class ClientLimits:
    """Limits of the query socket; sizes are bytes."""

    connections: int = 2000
    """Clients at once. Each costs a descriptor and, if it only sits there, some 10 KiB; watchers, the remote API and
    the people of the largest clusters together have a few hundred."""

    per_client: int = 1000
    """Connections of one process, and so its requests under way, for a connection has one at a time. Half of all, so
    that a program which opens connections and forgets them leaves room for others."""

    request_size: int = DEFAULT_LIMIT
    """Of one request."""

    request_memory: int = 256 * MIB
    """For requests while they come in, of all clients together: four of the largest."""

    answer_memory: int = 256 * MIB
    """For answers while clients read them, all together; one that several read counts once. A full list of 10,000
    instances has 2 MB, so a hundred different ones may be on their way."""

    waiting: int = 1000
    """Long queries that wait for their turn. At some 50 ms each they are done within the minute that Ganeti's clients
    wait for an answer."""
