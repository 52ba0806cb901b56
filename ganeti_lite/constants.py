"""Numbers and words that Ganeti's wire formats fix, as enums.

Imports nothing of this project, so that every layer (and a command's fast start) can use it.
Source: Ganeti 3.0's published constants and what its daemons answer.
"""

import enum
from typing import Final

LUXI_VERSION: Final = 3000000
"""What Luxi clients of Ganeti 3.0 send as ``version``; servers do not look at it."""

SOFTWARE_VERSION: Final = "3.0.2"
"""The release of Ganeti whose behaviour this project follows, as clients are told."""

PROTOCOL_VERSION: Final = 3000000
CONFIG_VERSION: Final = 3000000
OS_API_VERSION: Final = 20
EXPORT_VERSION: Final = 0

CONFD_PORT: Final = 1814
"""Default UDP port of confd (services database name ``ganeti-confd``)."""

NODED_PORT: Final = 1811
"""Default TCP port of node daemons (services database name ``ganeti-noded``)."""


class ResultStatus(enum.IntEnum):
    """The first half of each cell of a query's answer."""

    NORMAL = 0
    """The value is valid."""
    UNKNOWN = 1
    """There is no field of that name."""
    NODATA = 2
    """The value should exist but could not be obtained."""
    UNAVAIL = 3
    """The object has no such value."""
    OFFLINE = 4
    """The node that knows is marked offline."""


class FieldKind(enum.StrEnum):
    """How a field's values are to be shown."""

    UNKNOWN = "unknown"
    TEXT = "text"
    BOOL = "bool"
    NUMBER = "number"
    FLOAT = "float"
    UNIT = "unit"
    """An integer of MiB."""
    TIMESTAMP = "timestamp"
    """Seconds since 1970, may be fractional."""
    OTHER = "other"
    """Any JSON value."""


class ItemType(enum.StrEnum):
    """What a ``Query`` asks about (its first argument)."""

    INSTANCE = "instance"
    NODE = "node"
    GROUP = "group"
    NETWORK = "network"
    EXPORT = "export"
    JOB = "job"
    FILTER = "filter"
    LOCK = "lock"
    OS = "os"
    EXTSTORAGE = "extstorage"
    CLUSTER = "cluster"


class TagKind(enum.StrEnum):
    """What can bear tags, as ``QueryTags`` names it."""

    CLUSTER = "cluster"
    NODE = "node"
    INSTANCE = "instance"
    GROUP = "nodegroup"
    NETWORK = "network"


class JobStatus(enum.StrEnum):
    """Where an opcode, and with it its job, stands."""

    QUEUED = "queued"
    WAITING = "waiting"
    """For locks, or for other jobs."""
    CANCELING = "canceling"
    RUNNING = "running"
    CANCELED = "canceled"
    SUCCESS = "success"
    ERROR = "error"

    @property
    def is_final(self) -> bool:
        """Whether nothing follows it."""
        return self in _FINAL_STATUSES


_FINAL_STATUSES: Final = frozenset({JobStatus.CANCELED, JobStatus.SUCCESS, JobStatus.ERROR})


class LockMode(enum.StrEnum):
    """How a lock is held."""

    SHARED = "shared"
    EXCLUSIVE = "exclusive"


class LogType(enum.StrEnum):
    """What an entry of an opcode's log holds."""

    MESSAGE = "message"
    """A line of text."""
    MESSAGE_LIST = "message-list"
    """Lines of text; Ganeti stores each as an entry of its own."""
    REMOTE_IMPORT = "remote-import"
    JQUEUE_TEST = "jqueue-test"
    DELAY_TEST = "delay-test"


class ErrorCode(enum.StrEnum):
    """The second argument of an ``OpPrereqError``."""

    RESOLVER = "resolver_error"
    NO_RESOURCES = "insufficient_resources"
    TEMP_NO_RESOURCES = "temp_insufficient_resources"
    WRONG_INPUT = "wrong_input"
    WRONG_STATE = "wrong_state"
    UNKNOWN_ENTITY = "unknown_entity"
    ALREADY_EXISTS = "already_exists"
    NOT_UNIQUE = "resource_not_unique"
    INTERNAL = "internal_error"
    ENVIRONMENT = "environment_error"


class ExitCode(enum.IntEnum):
    """How a command or daemon ends (Ganeti's numbers)."""

    SUCCESS = 0
    FAILURE = 1
    USAGE = 2
    NOT_CLUSTER = 5
    NOT_MASTER = 11
    UNKNOWN_FIELD = 14


class ConfdRequest(enum.IntEnum):
    """What a confd request asks for (its ``type``)."""

    PING = 0
    NODE_ROLE = 1
    NODE_IP_BY_INSTANCE_IP = 2
    CLUSTER_MASTER = 3
    NODE_IPS = 4
    CANDIDATE_IPS = 5
    INSTANCE_IPS = 6
    NODE_DRBD = 7
    NODE_INSTANCES = 8
    INSTANCE_DISKS = 9
    CONFIG_QUERY = 10
    DATA_COLLECTORS = 11


class ConfdStatus(enum.IntEnum):
    """How a confd reply is meant (its ``status``)."""

    OK = 0
    ERROR = 1
    NOT_IMPLEMENTED = 2


class ConfdError(enum.IntEnum):
    """The answer of a confd reply that reports an error by number."""

    UNKNOWN_ENTRY = 0
    INTERNAL = 1
    ARGUMENT = 2


class ConfdField(enum.IntEnum):
    """What a confd request for the master may wish to know."""

    MASTER_NAME = 0
    CLUSTER_IP = 1
    MASTER_IP = 2


class NodeRole(enum.IntEnum):
    """A node's role as confd tells it."""

    MASTER = 0
    CANDIDATE = 1
    OFFLINE = 2
    DRAINED = 3
    REGULAR = 4
