"""The wiring of the part that executes jobs: the queue, the locks, the configuration's writer, the calls to nodes."""

import os
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

from attrs import frozen
from twisted.application.service import Service
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.interfaces import IReactorCore, IReactorFromThreads
from twisted.logger import Logger
from twisted.python.failure import Failure

from ganeti_lite.constants import ExitCode
from ganeti_lite.jobs import RecordCache
from ganeti_lite.noderpc import IReactor as IRpcReactor
from ganeti_lite.serving.workers import WorkerThreads
from ganeti_lite.snapshot import ClusterSnapshot, Job
from ganeti_lite.wire.noderpc import RpcResult

from .config_file import ConfigFile, ConfigVersion
from .config_writer import ConfigWriter
from .distribution import ConfigDistribution, SharedFile
from .election import NotElectedError, win_vote
from .execution import Edges, JobRun
from .host import Host
from .job_filters import order_rules
from .live_queue import LiveQueue
from .lock_queue import LockQueue
from .locks import LockOwner
from .methods import JobMethods
from .node_calls import NodeCalls
from .queue_store import QueueStore
from .replication import Replication
from .reservations import Reservations
from .settings import MasterdSettings
from .units import Change
from .units.tables import UNITS

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
    :ivar config: the configuration as it was found.
    """

    store: QueueStore
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
        self._calls = NodeCalls.connect(reactor, settings.nodes.tls_files, settings.nodes.port)
        file = SharedFile(paths.config_data, paths.on_any_node(paths.config_data))
        self._distribution = ConfigDistribution(self._call, self._config_work, reactor, file)
        self._writer = ConfigWriter(owned.config_file, owned.config, self._config_work, time.time, self._distribution)
        self._replication = Replication(reactor, self._calls.call_address, paths)
        self._locks = LockQueue(reactor, self._note_urgency)
        records = RecordCache(paths.queue_dir)
        self._queue = LiveQueue(
            owned.store, self._disk, self._replication, self._make_run, records.find, reactor, time.time
        )
        self._edges = Edges(
            snapshot=lambda: self._writer.snapshot,
            apply=self._apply,
            call=lambda effect: self._call(effect.method, effect.arguments, effect.timeout),
            call_address=lambda effect: self._calls.call_address(
                effect.address, effect.method, effect.arguments, effect.timeout
            ),
            host=Host(paths, self._call, self._host_work, reactor, time.time),
            locks=self._locks,
            reservations=Reservations(),
            save=self._queue.save,
            submit=self._queue.submit_further,
            data_dir=paths.data_dir,
            now=time.time,
            new_uuid=lambda: str(uuid.uuid4()),
        )
        self.methods = JobMethods(
            self._queue,
            self._locks,
            self._apply,
            self._call,
            lambda: self._writer.snapshot,
            UNITS,
            reactor,
            time.time,
            self._edges.new_uuid,
        )

    def startService(self) -> None:
        """Begin, unless another node is the master."""
        super().startService()
        for part in (self._disk, self._config_work, self._host_work, self._queue):
            part.startService()
        starting = self._start()
        starting.addErrback(self._fail)

    @inlineCallbacks
    def stopService(self) -> Generator[Deferred[Any], Any, None]:
        """Let what runs come to an end, within bounds, and give up what it owns."""
        super().stopService()
        self.is_ready = False
        yield self._queue.stopService()
        yield self._distribution.settle(STOP_PATIENCE)
        self._replication.stop()
        yield self._calls.stop()
        self._host_work.stopService()
        self._config_work.stopService()
        self._disk.stopService()
        self._owned.store.close()

    @inlineCallbacks
    def _start(self) -> Generator[Deferred[Any], Any, None]:
        snapshot = self._writer.snapshot
        if self._settings.votes:
            yield win_vote(self._settings.hostname, snapshot, self._calls, self._reactor)
        self._follow(snapshot)
        yield self._queue.load()
        self._writer.distribute()
        self.is_ready = True
        self._queue.open()
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

    @inlineCallbacks
    def _apply(self, change: Change, tell: Callable[[str], None]) -> Generator[Deferred[Any], Any, ClusterSnapshot]:
        snapshot: ClusterSnapshot = yield self._writer.apply(change, tell)
        self._follow(self._writer.snapshot)
        return snapshot

    def _follow(self, snapshot: ClusterSnapshot) -> None:
        """Take up what has changed in the configuration."""
        self._replication.follow(snapshot)
        self._queue.set_rules(order_rules(snapshot.filters.values()), snapshot.cluster.max_running_jobs)

    def _call(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float
    ) -> Deferred[Mapping[str, RpcResult]]:
        return self._calls(method, arguments, timeout, self._writer.snapshot)

    def _make_run(self, job: Job) -> JobRun:
        return JobRun(job, self._edges, UNITS)

    def _note_urgency(self, owner: LockOwner, priority: int) -> None:
        """A job has waited long for its locks."""
        self._queue.note_priority(owner.job_id, priority)
