"""What goes on all the time: writers, nodes that flap, jobs that come and go, and those who ask. Each is a thread."""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from attrs import Factory, define

from ganeti_lite.constants import ConfdRequest, ResultStatus
from ganeti_lite.jobs import archive_folder, job_name
from ganeti_lite.simulator import change_one_instance, replace_config
from ganeti_lite.simulator.noded import Fault, FaultOrder
from tests.bench.confd.client import ConfdTimer, seal
from tests.confd.live_cluster import LiveCluster
from tests.confd.versions import QUESTIONS, make_version
from tests.interop.confd_daemons import find_udp_port
from tests.interop.luxi import Connection, encode
from tests.jobs.queues import Queue

from .history import History

LIVE: Final = (("instance", ["name", "status", "oper_ram"]), ("node", ["name", "mfree", "dfree"]))
ANSWERED: Final = frozenset({ResultStatus.NORMAL, ResultStatus.NODATA, ResultStatus.UNAVAIL, ResultStatus.OFFLINE})
VALUES: Final = {Fault.SLOW: "0.05", Fault.DRIP: "0.3", Fault.STATUS: "503", Fault.ERROR: "out of order"}
JOB_IDS: Final = 100
"""Used again and again, since jobs that were asked for by id are kept, up to a limit that takes hours to reach."""

NO_CLUSTER_INFO: Final = ("instances", "nodes", "groups", "name")
"""Questions whose answers tell nothing of the machine."""


@define
class Soak:
    """What all threads share.

    :ivar done: how often each thing was done.
    :ivar faults: what went wrong.
    """

    cluster: LiveCluster
    config: dict[str, Any]
    history: History = Factory(History)
    done: Counter[str] = Factory(Counter)
    faults: list[str] = Factory(list)
    end: threading.Event = Factory(threading.Event)

    def write_next(self) -> None:
        """The next version of the configuration comes into its place."""
        draw = random.Random(len(self.history))
        names = [instance["name"] for instance in self.config["instances"].values()]
        self.config = change_one_instance(self.config, draw.choice(names))
        version = make_version(self.config, len(self.history), self.config["serial_no"])
        self.history.begin(version)
        replace_config(self.cluster.paths.config, json.loads(version.data))
        self.history.finish()


def write_config(soak: Soak) -> None:
    """Change the configuration twice a second."""
    while not soak.end.wait(0.5):
        soak.write_next()
        soak.done["versions"] += 1


def ask_config(soak: Soak) -> None:
    """Ask what the configuration decides; each answer must be that of a version that was there meanwhile."""
    draw = random.Random(2)
    with Connection(soak.cluster.paths.query_socket) as connection:
        while not soak.end.wait(0.02):
            question = draw.choice(NO_CLUSTER_INFO)
            begun = time.monotonic()
            answer = connection.send(QUESTIONS[question]).raw + b"\x03"
            if not soak.history.is_right(question, answer, begun, time.monotonic()):
                soak.faults.append(f"{question}: of no version: {answer[:300]!r}")
            soak.done["questions"] += 1


def ask_nodes(soak: Soak) -> None:
    """Ask what the nodes tell: every row is there, every cell has a value or says why not."""
    with Connection(soak.cluster.paths.query_socket) as connection:
        while not soak.end.wait(0.05):
            for item_type, fields in LIVE:
                rows = connection.ask("Query", [item_type, fields, None]).result["data"]
                if not rows or any(cell[0] not in ANSWERED for row in rows for cell in row):
                    soak.faults.append(f"{item_type}: {rows}")
                soak.done["live lists"] += 1


def flap_nodes(soak: Soak) -> None:
    """Let some nodes fail in some way, other ones each second."""
    draw = random.Random(3)
    nodes = [node["name"] for node in soak.config["nodes"].values()]
    while not soak.end.wait(1.0):
        faults = [draw.choice(list(Fault)) for _ in range(draw.randrange(len(nodes)))]
        orders = zip(faults, draw.sample(nodes, len(faults)), strict=True)
        soak.cluster.control.order([FaultOrder(fault, VALUES.get(fault, ""), node) for fault, node in orders])
        soak.done["changes of nodes"] += 1


def run_jobs(soak: Soak) -> None:
    """Have jobs come, run, end and be archived; the next answer shows it, and who waits is told."""
    queue = Queue(soak.cluster.paths.root / "var/lib/ganeti/queue")
    with Connection(soak.cluster.paths.query_socket) as connection:
        while not soak.end.wait(0.05):
            job_id = soak.done["jobs"] % JOB_IDS
            (queue.path / archive_folder(job_id) / job_name(job_id)).unlink(missing_ok=True)
            for status in ("queued", "running", "success"):
                queue.write(job_id, status)
                told = connection.ask("WaitForJobChange", [job_id, ["status"], ["canceling"], None, 5]).result
                listed = connection.ask("QueryJobs", [None, ["id", "status"]]).result
                if told[0] != [status] or [job_id, status] not in listed:
                    soak.faults.append(f"job {job_id} is {status}, told {told}, listed {listed[-3:]}")
            queue.archive(job_id)
            soak.done["jobs"] += 1


def ping(soak: Soak) -> None:
    """Ask by datagrams who the master is."""
    key = soak.cluster.paths.hmac_key.read_bytes()
    with ConfdTimer(find_udp_port(soak.cluster.log)) as timer:
        while not soak.end.wait(0.05):
            reply = timer.ask(seal(key, ConfdRequest.CLUSTER_MASTER, None, "salt"))
            if b'\\"status\\":0' not in reply:
                soak.faults.append(f"datagram: {reply!r}")
            soak.done["datagrams"] += 1


def come_and_go(soak: Soak) -> None:
    """Connect and leave, with a question asked, half of one, or none."""
    draw = random.Random(4)
    while not soak.end.wait(0.02):
        with Connection(soak.cluster.paths.query_socket) as connection:
            if draw.random() < 0.5:
                connection.send(encode("Query", ["node", ["name"], None])[: draw.choice([10, None])])
        soak.done["short visits"] += 1


WORK: Final[Mapping[str, Callable[[Soak], None]]] = {
    each.__name__: each for each in (write_config, ask_config, ask_nodes, flap_nodes, run_jobs, ping, come_and_go)
}


@contextmanager
def working(soak: Soak) -> Iterator[None]:
    """All of it, for as long as the block lasts; a thread that fails is a fault."""
    threads = [threading.Thread(target=_run, args=(soak, name), name=name) for name in WORK]
    soak.end.clear()
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        soak.end.set()
        for thread in threads:
            thread.join()


def _run(soak: Soak, name: str) -> None:
    try:
        WORK[name](soak)
    except Exception as error:
        soak.faults.append(f"{name}: {error!r}")
