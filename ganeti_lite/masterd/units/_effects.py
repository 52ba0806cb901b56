"""What a logical unit has done for it: values that it yields, and whose outcome it is sent back.

A unit never touches a node, a file or a clock itself, so a test runs it by answering what it yields.
"""

from collections.abc import Callable, Generator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from attrs import field, frozen

from ganeti_lite.constants import LogType
from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.snapshot import ClusterSnapshot

DEFAULT_TIMEOUT: Final = 300.0
"""Seconds that a node has for a call that does not say otherwise."""


@frozen
class CallNodes:
    """Calls to node daemons, all at once.

    Outcome: a mapping from node UUID to :class:`~ganeti_lite.wire.noderpc.RpcSuccess` or ``RpcFailure``. A node that
    is marked offline is not called; its outcome is the failure :data:`OFFLINE_REASON`.

    :ivar method: name of the call.
    :ivar arguments: the call's arguments, by UUID of the node that is to be called.
    :ivar timeout: seconds that each has.
    """

    method: str
    arguments: Mapping[str, list[Any]]
    timeout: float = DEFAULT_TIMEOUT


OFFLINE_REASON: Final = "Node is marked offline"
"""Why there is no answer of a node that is not asked."""

Change: TypeAlias = Callable[[ClusterSnapshot, float], ClusterSnapshot]
"""A change of the configuration: the snapshot and the time (seconds since 1970) → the next snapshot.

Its own objects' serial numbers and times are its business (:mod:`ganeti_lite.masterd.changes`); those of the file
are the writer's. It may raise :class:`~ganeti_lite.errors.GanetiError`: then nothing is written.
"""


@frozen
class ChangeConfig:
    """A change that is to be written to disk. Outcome: the :class:`ClusterSnapshot` after it."""

    change: Change


@frozen
class Tell:
    """An entry of the opcode's log, for whoever watches the job. Outcome: None."""

    payload: object
    type: LogType = LogType.MESSAGE


@frozen
class ReleaseLocks:
    """Locks of one level that are not needed any more. Outcome: None.

    :ivar keep: names of those that are kept.
    """

    level: LockLevel
    keep: frozenset[str] = frozenset()


Reserved: TypeAlias = frozenset[tuple[str, str]]
"""(kind, value) of what jobs have chosen but not yet written: MACs, IPs by network, ports, disk UUIDs …"""


@frozen
class Reserve:
    """Choose resources that nobody has, and keep them from others until the opcode ends.

    Outcome: what *choose* returned.

    :ivar choose: the newest snapshot and what is reserved → what is reserved from now on, besides.
    """

    choose: Callable[[ClusterSnapshot, Reserved], tuple[tuple[str, str], ...]]


@frozen
class CallAddress:
    """A call of a node daemon by its IP address, whatever the configuration says of it: before a node is added, after
    one is removed. Outcome: a :class:`~ganeti_lite.wire.noderpc.RpcSuccess` or ``RpcFailure``.
    """

    address: str
    method: str
    arguments: list[Any]
    timeout: float = DEFAULT_TIMEOUT


@frozen
class CopyFiles:
    """Files of this node that other nodes are to have, too.

    Outcome: path → node UUID → :class:`~ganeti_lite.wire.noderpc.RpcSuccess` or ``RpcFailure``; of a file that is not
    here, nothing.

    :ivar paths: as on a node that has its files below ``/``.
    :ivar nodes: UUIDs of the nodes that get them.
    """

    paths: tuple[str, ...]
    nodes: tuple[str, ...]


@frozen
class ReadState:
    """What this node knows besides the configuration. Outcome: a :class:`~ganeti_lite.query.ClusterState`."""


@frozen
class CertificateFault:
    """What is wrong with a certificate, or soon will be.

    :ivar is_error: whether it cannot be used any more.
    """

    text: str
    is_error: bool


@frozen
class CheckCertificates:
    """Look at the cluster's certificates on this node. Outcome: a tuple of :class:`CertificateFault`."""


@frozen
class ResolveName:
    """Ask the resolver of the master's system for a host. Outcome: a :class:`Resolved`.

    If there is none of that name, :class:`~ganeti_lite.errors.ResolverError` is raised where the effect was yielded,
    with its three arguments: the name, the resolver's number and text, such as ``Name or service not known``.
    """

    name: str


@frozen
class Resolved:
    """A host that has been found.

    :ivar name: its full name, as the resolver has it.
    :ivar ip: its first address.
    """

    name: str
    ip: str


@frozen
class Ping:
    """Find out whether there is a host at an address. Outcome: a bool.

    There is one if it takes or refuses a TCP connection to *port* within ten seconds.
    """

    ip: str
    port: int


@frozen
class Sleep:
    """Let time pass, before a node is asked the same again. Outcome: None."""

    seconds: float


HostEffect: TypeAlias = CopyFiles | ReadState | CheckCertificates | ResolveName | Ping | Sleep
"""What concerns the node that the jobs run on."""

Effect: TypeAlias = CallNodes | CallAddress | ChangeConfig | Tell | ReleaseLocks | Reserve | HostEffect

T = TypeVar("T")

Effects: TypeAlias = Generator[Effect, Any, T]
"""A part of a unit's work: yields effects, is sent their outcomes, returns a T."""


def info(text: str) -> Tell:
    """A line of information, in the form that Ganeti's clients are used to."""
    return Tell(f" - INFO: {text}")


def warning(text: str) -> Tell:
    """A line of warning, in the form that Ganeti's clients are used to."""
    return Tell(f" - WARNING: {text}")


def hint(text: str) -> Tell:
    """What might help with the warning before."""
    return Tell(f"      Hint: {text}")


@frozen
class HookPlan:
    """Which hooks an opcode has, and where they run.

    :ivar path: such as ``instance-start``.
    :ivar env: the opcode's own variables, without the prefix ``GANETI_``.
    :ivar pre_nodes: UUIDs of the nodes that the hooks before execution run on; ``post_nodes`` those behind it.
    """

    path: str
    object_type: str
    env: Mapping[str, str]
    pre_nodes: tuple[str, ...]
    post_nodes: tuple[str, ...]
    op_target: str = field(default="")
