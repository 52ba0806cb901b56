"""The wiring of the part that executes jobs: the queue, the locks, the configuration's writer, the calls to nodes."""

import os
import time
import uuid
from collections.abc import Callable, Generator
from typing import Any, Final

from attrs import evolve, frozen
from twisted.application.service import Service
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorCore, IReactorFromThreads
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.constants import ExitCode
from ganeti_lite.noderpc import IReactor as IRpcReactor
from ganeti_lite.serving.workers import WorkerThreads
from ganeti_lite.snapshot import ClusterSnapshot, Job

from .config_file import ConfigFile, ConfigVersion
from .config_writer import ConfigWriter
from .distribution import ConfigDistribution, SharedFile
from .election import NotElectedError, win_vote
from .ended_jobs import EndedJobs
from .execution import Edges, JobRun
from .filter_rules import FilterRules
from .host import Host
from .job_filters import order_rules
from .live_queue import LiveQueue
from .livelock import Livelock
from .lock_queue import LockQueue
from .locks import LockOwner
from .methods import JobMethods
from .node_calls import NodeCalls
from .queue_store import QueueStore
from .recovery import Recovery
from .replication import Replication
from .reservations import Reservations
from .running_jobs import RunningJobs
from .settings import MasterdSettings
from .shared_queue import SharedQueue
from .units.tables import UNITS
from .watcher_pause import set_watcher_pause

HOST_THREADS: Final = 4
"""Jobs that may look up names at once; a resolver that does not answer takes half a minute."""


STOP_PATIENCE: Final = 5.0
"""Seconds that nodes have, when the daemon is stopped, to get the configuration that is on its way to them."""


class IReactor(IRpcReactor, IReactorCore, IReactorFromThreads):
    """What this part needs of a reactor."""


@frozen
class Possessions:
    """What is this daemon's alone for as long as it runs.

    :ivar store: the queue, locked.
    :ivar livelock: by which others see that jobs are being carried out.
    :ivar config: the configuration as it was found.
    """

    store: QueueStore
    livelock: Livelock
    config_file: ConfigFile
    config: ConfigVersion


class JobSide(Service):
    """Executes jobs for as long as the service runs.

    :ivar methods: answers requests about jobs.
    :ivar is_ready: whether jobs are taken: the vote is won, and the jobs of before are taken up.
    :ivar on_ready: called when they are from now on.
    """

    log = Logger()

    def __init__(self, settings: MasterdSettings, owned: Possessions, reactor: IReactor) -> None:
        self._settings = settings
        self._owned = owned
        self._reactor = reactor
        self.on_ready: Callable[[], object] = lambda: None
        self.is_ready = False
        paths = settings.paths
        self._disk = WorkerThreads(reactor, "disk", 1)
        self._config_work = WorkerThreads(reactor, "config", 1)
        self._host_work = WorkerThreads(reactor, "host", HOST_THREADS)
        nodes = settings.nodes
        self._calls = NodeCalls.connect(reactor, nodes.tls_files, lambda: self._config.snapshot, nodes.port)
        file = SharedFile(paths.config_data, paths.on_any_node(paths.config_data))
        self._distribution = ConfigDistribution(self._calls, self._config_work, reactor, file)
        self._config = ConfigWriter(
            owned.config_file, owned.config, self._config_work, time.time, self._distribution, self._follow
        )
        self._replication = Replication(reactor, self._calls.call_address, paths)
        queue = SharedQueue(owned.store, self._disk, self._replication, reactor)
        ended = EndedJobs(queue, reactor, time.time)
        self._runs = RunningJobs(self._make_run, queue.save, reactor, time.time)
        self._live = LiveQueue(queue, self._runs, ended, Recovery(queue, reactor, time.time), time.time)
        locks = LockQueue(reactor, self._note_urgency)
        self._edges = Edges(
            config=self._config,
            nodes=self._calls,
            host=Host(paths, self._calls, self._host_work, reactor, time.time),
            locks=locks,
            reservations=Reservations(),
            save=queue.save,
            submit=self._live.submit_further,
            data_dir=paths.data_dir,
            now=time.time,
            new_uuid=_make_uuid,
        )
        self.methods = JobMethods(
            queue,
            self._live,
            ended,
            FilterRules(self._config, lambda: queue.last_id, time.time, _make_uuid),
            locks,
            lambda until: set_watcher_pause(self._calls, self._config.snapshot, until),
            UNITS,
        )

    def startService(self) -> None:
        """Begin, unless another node is the master."""
        super().startService()
        for part in (self._disk, self._config_work, self._host_work, self._live):
            part.startService()
        starting = self._start()
        starting.addErrback(self._fail)

    @inlineCallbacks
    def stopService(self) -> Generator[Deferred[Any], Any, None]:
        """Let what runs come to an end, within bounds, and give up what it owns."""
        super().stopService()
        self.is_ready = False
        yield self._live.stopService()
        yield self._distribution.settle(STOP_PATIENCE)
        self._replication.stop()
        yield self._calls.stop()
        self._host_work.stopService()
        self._config_work.stopService()
        self._disk.stopService()
        self._owned.livelock.close()
        self._owned.store.close()

    @inlineCallbacks
    def _start(self) -> Generator[Deferred[Any], Any, None]:
        snapshot = self._config.snapshot
        if self._settings.votes:
            yield win_vote(self._settings.hostname, snapshot, self._calls, self._reactor)
        self._follow(snapshot)
        yield self._live.load()
        self._config.distribute()
        self.is_ready = True
        self._live.open()
        self.on_ready()

    def _fail(self, failure: Failure) -> None:
        """The daemon cannot do its work: end it, and let whoever started it know."""
        if failure.check(NotElectedError):
            self.log.critical("{reason}", reason=failure.getErrorMessage())
        else:
            self.log.failure("starting", failure)
        # twistd itself knows no other exit code than 0 once it runs.
        self._reactor.addSystemEventTrigger("after", "shutdown", os._exit, ExitCode.FAILURE)
        self._reactor.stop()

    def _follow(self, snapshot: ClusterSnapshot) -> None:
        """Take up what has changed in the configuration."""
        self._replication.follow(snapshot)
        self._live.set_rules(order_rules(snapshot.filters.values()), snapshot.cluster.max_running_jobs)

    def _make_run(self, job: Job) -> JobRun:
        return JobRun(evolve(job, livelock=self._owned.livelock.path, process_id=None), self._edges, UNITS)

    def _note_urgency(self, owner: LockOwner, priority: int) -> None:
        """A job has waited long for its locks."""
        self._runs.note_priority(owner.job_id, priority)


def _make_uuid() -> str:
    return str(uuid.uuid4())
