"""The wiring of the daemon: the only place that knows all its parts."""

import os
import signal
import sys
import time
from collections.abc import Generator, Hashable, Mapping
from functools import partial
from types import FrameType
from typing import Any, Final

from twisted.application.service import MultiService, Service
from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorCore, IReactorThreads, IReactorUNIX
from twisted.logger import Logger

from ganeti_lite.clients.luxi_twisted import ILuxiReactor
from ganeti_lite.errors import GanetiError, ProgrammerError
from ganeti_lite.files import read_first_line
from ganeti_lite.noderpc import IReactor as IRpcReactor
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.luxi import encode_error

from .answers import Knowledge, answer_frame, name_request
from .datagram_turns import listen_in_turns
from .descriptors import fit_descriptors
from .fair_turns import FairTurns
from .gather import Gather, Gatherer
from .job_queue import JobQueue
from .listening import QueryPort
from .luxi import Answerer, LuxiFactory
from .mastership import find_refusal
from .needs import Answer, LongWork, Step
from .nodes import NodeClient
from .relay import JobRelay
from .settings import ConfdOptions, Settings, read_settings
from .settling import Settling
from .source import SnapshotSource
from .steady_clock import use_steady_clock
from .udp_service import IUdpReactor, UdpService
from .watch import FileWatch
from .workers import WorkerThreads

log = Logger()

SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may keep the interpreter while another waits for it. A datagram needs it three times before it
is answered; with Python's 5 ms it would wait 15 ms behind a configuration that is being loaded."""

ANSWER_THREADS = 4
"""Threads for long answers and for reading jobs; more would only take turns at the interpreter's lock."""

LONG_AT_ONCE: Final = 2
"""Long answers that are made at once: a second one, so that a middling list need not wait for a huge one to end. The
other threads are for reading jobs."""

Options = ConfdOptions
"""What twistd parses the command line with."""


class IReactor(IRpcReactor, IReactorCore, IReactorThreads, IReactorUNIX, ILuxiReactor, IUdpReactor):
    """What the daemon needs of a reactor."""


def makeService(options: Mapping[str, Any]) -> MultiService:
    """The daemon as a service, from parsed command line options: what twistd calls."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it chooses it, which is twistd's to do first

    sys.setswitchinterval(SWITCH_INTERVAL)
    if os.geteuid() == 0:
        log.warn("running as root, which nothing here needs: see twistd's --uid and --gid, or User= of systemd")
    use_steady_clock(reactor)
    settings = fit_descriptors(read_settings(options, os.environ))
    return make_confd(settings, reactor)  # type: ignore[arg-type]  # the module is a reactor


def make_confd(settings: Settings, reactor: IReactor) -> MultiService:
    """The daemon as a service: nothing is opened before it is started."""
    loader = WorkerThreads(reactor, "load", 1)
    workers = WorkerThreads(reactor, "answer", ANSWER_THREADS)
    turns = FairTurns(workers, LONG_AT_ONCE, settings.client_limits.waiting)
    source = SnapshotSource(settings.config, reactor, loader)
    nodes = NodeClient(reactor, settings.tls_files, settings.node_limits, settings.node_port)
    queue = JobQueue(settings.paths.queue_dir, reactor, workers)
    relay = JobRelay(settings.master_socket, reactor)
    gather = Gatherer(settings.paths, nodes, queue, relay, reactor, time.time)
    factory = LuxiFactory(make_answerer(settings, source, turns, gather), reactor, settings.client_limits)
    aside = settings.master_socket if settings.takes_over else None
    port = QueryPort(settings.query_socket, factory, reactor, lambda: _find_refusal(settings, source), aside)
    settling = Settling(source, reactor, loader)
    udp = UdpService(settings, source, settling, reactor, partial(listen_in_turns, reactor))
    settling.on_settled = udp.follow

    def follow() -> None:
        port.review()
        udp.follow()
        settling.follow()

    source.on_change = follow
    watch = FileWatch(settings.config, reactor, source.check)
    place_watch = FileWatch(settings.query_socket, reactor, port.review)
    confd = MultiService()
    # In this order they start, and in the reverse one they stop.
    for service in (
        Hangup(reactor, source),  # before anybody can know that the daemon is there: by itself the signal ends it
        loader,
        workers,
        nodes,
        queue,
        relay,
        settling,
        watch,
        port,
        place_watch,
        udp,
    ):
        service.setServiceParent(confd)
    return confd


def make_answerer(settings: Settings, source: SnapshotSource, turns: FairTurns, gather: Gather) -> Answerer:
    """The function that answers requests from what *source* and *gather* know, long answers when it is their turn."""

    @inlineCallbacks
    def answer(frame: bytes, client: Hashable) -> Generator[Deferred[Any], Any, Answer]:
        yield source.refresh()
        knowledge = Knowledge(source.view, source.fault, settings.master_socket, settings.forward_jobs is not None)
        try:
            step: Step = answer_frame(knowledge, frame)
            while not isinstance(step, Answer):
                if isinstance(step, LongWork):
                    step = yield turns.run_for(client, step.run)
                else:
                    step = step.resume((yield gather(step.need)))
        except CancelledError:  # nobody waits any more
            raise
        except GanetiError as error:  # something that is needed cannot be had
            return Answer(encode_error(error))
        except Exception:  # a bug must cost one answer, not the client's connection and its next questions
            log.failure("answering {request}", request=name_request(frame))
            return Answer(encode_error(ProgrammerError("The query failed for an internal reason: see the log")))
        return step

    return answer


class Hangup(Service):
    """Has the configuration loaded again on SIGHUP."""

    def __init__(self, reactor: IReactor, source: SnapshotSource) -> None:
        self._reactor = reactor
        self._source = source
        self._before: Any = signal.SIG_DFL

    def startService(self) -> None:
        """Take the signal."""
        super().startService()
        self._before = signal.signal(signal.SIGHUP, self._take)

    def stopService(self) -> None:
        """Give the signal back."""
        signal.signal(signal.SIGHUP, self._before)
        super().stopService()

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        self._reactor.callFromThread(self._source.reload)


def _find_refusal(settings: Settings, source: SnapshotSource) -> str | None:
    master = _find_master(settings.paths, source)
    return find_refusal(settings.hostname, master, is_allowed_elsewhere=settings.allow_non_master)


def _find_master(paths: GanetiPaths, source: SnapshotSource) -> str | None:
    """The master node's name: as every node is told, else as the configuration has it."""
    told = read_first_line(paths.ssconf("master_node"))
    if told is None and source.view is not None and source.view.snapshot.master is not None:
        return source.view.snapshot.master.name
    return told
