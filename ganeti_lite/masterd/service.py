"""The wiring of the daemon: the only place that knows all its parts."""

import os
import sys
import time
from typing import Final

from attrs import evolve
from twisted.application.service import MultiService
from twisted.internet.interfaces import IReactorThreads, IReactorUNIX
from twisted.python import usage

from ganeti_lite.clients.luxi_twisted import ILuxiReactor
from ganeti_lite.constants import ExitCode
from ganeti_lite.errors import ConfigurationError
from ganeti_lite.files import read_first_line
from ganeti_lite.serving.answering import make_answerer
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.serving.descriptors import fit_descriptors
from ganeti_lite.serving.fair_turns import FairTurns
from ganeti_lite.serving.gather import Gatherer
from ganeti_lite.serving.hangup import Hangup
from ganeti_lite.serving.job_queue import JobQueue
from ganeti_lite.serving.listening import QueryPort
from ganeti_lite.serving.luxi import LuxiFactory
from ganeti_lite.serving.nodes import NodeClient
from ganeti_lite.serving.rights import User, acting_as, give_up_root
from ganeti_lite.serving.source import SnapshotSource
from ganeti_lite.serving.steady_clock import use_steady_clock
from ganeti_lite.serving.watch import FileWatch, IWatchReactor
from ganeti_lite.serving.workers import WorkerThreads
from ganeti_lite.socket_place import is_answering

from .atomic_write import find_owner
from .callers import QueryLog, watch_queries
from .config_file import ConfigFile
from .job_side import IReactor as IJobReactor
from .job_side import JobSide, Possessions
from .livelock import Livelock
from .queue_lock import QueueUnavailableError
from .queue_store import QueueStore
from .settings import MasterdOptions, MasterdSettings, read_settings

LONG_AT_ONCE: Final = 2
"""Long answers that are made at once, as in confd."""

ANSWER_THREADS: Final = 4
"""Threads for long answers to queries."""

Options = MasterdOptions
"""What twistd parses the command line with."""


class IReactor(IJobReactor, IReactorThreads, IReactorUNIX, ILuxiReactor, IWatchReactor):
    """What the daemon needs of a reactor."""


class CannotStartError(Exception):
    """Why this node must not execute jobs now.

    :ivar exit_code: what the process is to end with.
    """

    def __init__(self, reason: str, exit_code: ExitCode = ExitCode.FAILURE) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


def makeService(options: usage.Options) -> MultiService:
    """The daemon as a service, from parsed command line options: what twistd calls.

    :raises SystemExit: it cannot start; why is said on standard error.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - importing it chooses it, which is twistd's to do first

    use_steady_clock(reactor)
    settings = read_settings(options, os.environ)
    user = give_up_root(options, settings.paths.config_data)
    try:
        possessions = take_possession(settings, user)
    except CannotStartError as error:
        print(f"ganeti-masterd: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from error
    limits = fit_descriptors(settings.client_limits, settings.nodes.limits)
    settings = evolve(settings, client_limits=limits)
    return make_masterd(settings, possessions, reactor)  # type: ignore[arg-type]  # the module is a reactor


def take_possession(settings: MasterdSettings, user: User | None) -> Possessions:
    """Lock the queue and read the configuration.

    :param user: whom this process is going to be; None if it stays who it is. What he cannot do is found out now.
    :raises CannotStartError: this node is not the master, another daemon does this one's work, or there is nothing to
        work with.
    """
    paths = settings.paths
    master = read_first_line(paths.ssconf("master_node"))
    if master != settings.hostname:
        reason = f"this node, {settings.hostname}, is not the master, {master or 'which is not known'}"
        raise CannotStartError(reason, ExitCode.NOT_MASTER)
    if is_answering(paths.wconfd_socket):
        raise CannotStartError(f"ganeti-wconfd writes the configuration: it answers on {paths.wconfd_socket}")
    try:
        with acting_as(user):
            config_file = ConfigFile(paths.config_data, find_owner(paths.config_data))
            store = QueueStore(paths.queue_dir, find_owner(paths.queue_dir))
            config = config_file.read()
            livelock = Livelock(paths.livelock_dir, find_owner(paths.livelock_dir), time.time_ns())
            return Possessions(store, livelock, config_file, config)
    except (QueueUnavailableError, ConfigurationError, OSError) as error:
        whose = "" if user is None else f" (as user {user.name})"
        raise CannotStartError(f"{error}{whose}") from error


def make_masterd(settings: MasterdSettings, owned: Possessions, reactor: IReactor) -> MultiService:
    """The daemon as a service: nothing is opened before it is started, but for what it owns."""
    paths = settings.paths
    loader, workers = WorkerThreads(reactor, "load", 1), WorkerThreads(reactor, "answer", ANSWER_THREADS)
    jobs = JobSide(settings, owned, reactor)
    source = SnapshotSource(paths.config_data, reactor, loader)
    nodes = NodeClient(reactor, settings.nodes)
    queue = JobQueue(paths.queue_dir, reactor, workers)

    def describe() -> Knowledge:
        return Knowledge(source.view, source.fault, settings.socket, has_job_daemon=True)

    def refuse() -> str | None:
        return None if jobs.is_ready else "not before the vote is won and the queue is read"

    turns = FairTurns(workers, LONG_AT_ONCE, settings.client_limits.waiting)
    answer = make_answerer(source, turns, Gatherer(paths, nodes, queue, jobs.methods, time.time), describe)
    refuses = None if settings.answers_queries else paths.query_socket
    watched = watch_queries(answer, QueryLog(reactor.seconds), refuses)
    factory = LuxiFactory(watched, reactor, settings.client_limits)
    port = QueryPort(settings.socket, factory, reactor, refuse, purpose="taking jobs")
    jobs.on_ready = port.review
    masterd = MultiService()
    # In this order they start, and in the reverse one they stop.
    for service in (
        loader,
        workers,
        nodes,
        queue,
        FileWatch(paths.config_data, reactor, source.check),
        Hangup(reactor, source),
        jobs,
        port,
        FileWatch(settings.socket, reactor, port.review),
    ):
        service.setServiceParent(masterd)
    return masterd
