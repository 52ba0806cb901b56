"""What an answer may need besides the configuration, and the steps by which it comes about.

Values: who makes answers says what is needed, and :mod:`ganeti_lite.serving.gather` brings it. An answer comes in
steps: what takes long is a :class:`LongWork` for a worker thread, what is not known yet a :class:`Gathering`; either
leads to the next step, until there is an :class:`Answer`.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen

from ganeti_lite.query import JobSelection, NodeCall
from ganeti_lite.snapshot import JobRecord
from ganeti_lite.wire.requests import JobRequest


@frozen
class NodesNeeded:
    """What the nodes say to these calls: :class:`~ganeti_lite.query.NodeAnswers`."""

    calls: tuple[NodeCall, ...]


@frozen
class JobsNeeded:
    """The jobs of a queue: a :class:`~ganeti_lite.query.QueueView` of all, or a tuple with those of certain ids."""

    selection: JobSelection


@frozen
class ChangeNeeded:
    """A job at the moment at which it is news, or when patience ends.

    :ivar patience: in seconds.
    """

    job_id: int
    patience: float
    is_news: Callable[[JobRecord], bool]


@frozen
class LocksNeeded:
    """What is known of the locks: decoded JSON, as wconfd answers ``listLocksWaitingStatus``."""


@frozen
class StateNeeded:
    """The state of this node: a :class:`~ganeti_lite.query.ClusterState`."""


@frozen
class JobDaemonNeeded:
    """The job daemon's whole answer message to a request, with its terminator.

    :ivar frame: the request as it came, without terminator.
    """

    request: JobRequest
    frame: bytes


Need: TypeAlias = NodesNeeded | JobsNeeded | ChangeNeeded | LocksNeeded | StateNeeded | JobDaemonNeeded


@frozen
class Answer:
    """A whole answer message with its terminator.

    :ivar closes: the connection is to be closed behind it.
    """

    message: bytes
    closes: bool = False


@frozen
class LongWork:
    """Work that is worth a thread of its own: *run* gives the next step."""

    run: Callable[[], "Step"]


@frozen
class Gathering:
    """Something that must be known first: *resume*, given that, gives the next step.

    :ivar resume: raises :class:`~ganeti_lite.errors.GanetiError` if that cannot be answered.
    """

    need: Need
    resume: Callable[[Any], "Step"]


Step: TypeAlias = Answer | LongWork | Gathering
