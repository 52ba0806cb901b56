"""The wiring of the daemon: the only place that knows all its parts."""

import os
import sys
import time
from functools import partial
from typing import Final

from attrs import evolve
from twisted.application.service import MultiService
from twisted.internet.interfaces import IReactorCore, IReactorThreads, IReactorUNIX
from twisted.python import usage

from confd.relay import JobRelay
from ganeti_lite.clients.luxi_twisted import ILuxiReactor
from ganeti_lite.noderpc import IReactor as IRpcReactor
from ganeti_lite.serving.answering import make_answerer
from ganeti_lite.serving.answers import Knowledge
from ganeti_lite.serving.descriptors import fit_descriptors
from ganeti_lite.serving.fair_turns import FairTurns
from ganeti_lite.serving.gather import Gatherer
from ganeti_lite.serving.hangup import Hangup
from ganeti_lite.serving.job_queue import JobQueue
from ganeti_lite.serving.listening import QueryPort
from ganeti_lite.serving.luxi import LuxiFactory
from ganeti_lite.serving.mastership import find_master, find_refusal
from ganeti_lite.serving.nodes import NodeClient
from ganeti_lite.serving.rights import give_up_root
from ganeti_lite.serving.source import SnapshotSource
from ganeti_lite.serving.steady_clock import use_steady_clock
from ganeti_lite.serving.watch import FileWatch
from ganeti_lite.serving.workers import WorkerThreads

from .datagram_turns import listen_in_turns
from .other_daemons import OtherDaemons
from .settings import ConfdOptions, Settings, read_settings
from .settling import Settling
from .udp_service import IUdpReactor, UdpService

SWITCH_INTERVAL = 0.0001
"""Seconds that a thread may keep the interpreter while another waits for it. A datagram needs it three times before it
is answered; with Python's 5 ms it would wait 15 ms behind a configuration that is being loaded. So does a small
question beside huge lists: with half a millisecond it takes four times as long as alone, with this less than three."""

ANSWER_THREADS = 4
"""Threads for long answers and for reading jobs; more would only take turns at the interpreter's lock."""

LONG_AT_ONCE: Final = 2
"""Long answers that are made at once: a second one, so that a middling list need not wait for a huge one to end. The
other threads are for reading jobs."""

Options = ConfdOptions
"""What twistd parses the command line with."""


class IReactor(IRpcReactor, IReactorCore, IReactorThreads, IReactorUNIX, ILuxiReactor, IUdpReactor):
    """What the daemon needs of a reactor."""


def makeService(options: usage.Options) -> MultiService:
    """The daemon as a service, from parsed command line options: what twistd calls.

    :raises SystemExit: nobody knows as whom it is to run; the text says why.
    """
    from twisted.internet import reactor  # noqa: PLC0415 - importing it chooses it, which is twistd's to do first

    sys.setswitchinterval(SWITCH_INTERVAL)
    use_steady_clock(reactor)
    settings = read_settings(options, os.environ)
    give_up_root(options, settings.config)
    limits = fit_descriptors(settings.client_limits, settings.nodes.limits)
    return make_confd(evolve(settings, client_limits=limits), reactor)  # type: ignore[arg-type]  # the module is a reactor


def make_confd(settings: Settings, reactor: IReactor) -> MultiService:
    """The daemon as a service: nothing is opened before it is started."""
    loader = WorkerThreads(reactor, "load", 1)
    workers = WorkerThreads(reactor, "answer", ANSWER_THREADS)
    turns = FairTurns(workers, LONG_AT_ONCE, settings.client_limits.waiting)
    source = SnapshotSource(settings.config, reactor, loader)
    nodes = NodeClient(reactor, settings.nodes)
    queue = JobQueue(settings.paths.queue_dir, reactor, workers)
    relay = JobRelay(settings.master_socket, reactor)

    others = OtherDaemons(relay, settings.paths.wconfd_socket, reactor)
    has_jobs = settings.forward_jobs is not None

    def relays_locks() -> bool:
        return has_jobs and not others.has_lock_keeper()

    def describe() -> Knowledge:
        return Knowledge(source.view, source.fault, settings.master_socket, has_jobs, relays_locks)

    def review() -> str | None:
        master = find_master(settings.paths, source)
        return find_refusal(settings.hostname, master, is_allowed_elsewhere=settings.allow_non_master)

    gather = Gatherer(settings.paths, nodes, queue, others, time.time)
    factory = LuxiFactory(make_answerer(source, turns, gather, describe), reactor, settings.client_limits)
    aside = settings.master_socket if settings.takes_over else None
    port = QueryPort(settings.query_socket, factory, reactor, review, aside)
    settling = Settling(source, reactor, loader, is_answering=lambda: workers.under_way > 0)
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
