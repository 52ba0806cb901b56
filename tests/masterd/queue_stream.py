"""What a job daemon does to its queue, as a process that can be killed; it tells each thing once it is done."""

import itertools
import os
from multiprocessing.connection import Connection
from typing import Any, Final, TypeAlias

from ganeti_lite.constants import JobStatus, LogType
from ganeti_lite.jobs.transitions import interrupted, requeued, running, submitted, succeeded, waiting, with_log
from ganeti_lite.masterd.queue_store import QueueStore
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job

Told: TypeAlias = tuple[str, int]
"""What was done, to which job: ``allocated``, a status, or ``archived``."""

NOW: Final = (1_760_000_000, 5)
DELAY: Final[dict[str, Any]] = decode_opcode({"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []})


def stream(path: str, told: "Connection[Told, Told]") -> None:
    """Take over the queue as a daemon that starts does, then submit, run and archive jobs without end."""
    store = QueueStore(path)

    def put(job: Job) -> Job:
        assert not store.write([job])
        told.send((str(job.status), job.id))
        return job

    for record in store.load_live():
        if isinstance(record, Job) and record.status is JobStatus.RUNNING:
            put(interrupted(record, NOW))
        elif isinstance(record, Job) and record.status is JobStatus.WAITING:
            put(requeued(record))
    for finished in itertools.count():
        first = store.allocate(2)
        told.send(("allocated", first))
        told.send(("allocated", first + 1))
        jobs = [put(submitted(job_id, [DELAY], NOW)) for job_id in (first, first + 1)]
        job = put(running(put(waiting(jobs[0], 0, NOW)), 0, DELAY, NOW))
        put(succeeded(with_log(job, 0, LogType.MESSAGE, "x" * 50, NOW), 0, None, NOW))
        if finished % 2:
            store.archive([first])
            told.send(("archived", first))


def fill(path: str, limit: int, answer: "Connection[Any, Any]") -> None:
    """Submit a job while no file may have more than *limit* bytes; tells what became of it."""
    import resource  # noqa: PLC0415 - the limit is for this process alone

    store = QueueStore(path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    first = store.allocate(1)
    (error,) = store.write([submitted(first, [DELAY], NOW)]).values()
    answer.send((first, error.to_wire(), sorted(os.listdir(path))))
