"""Jobs for tests: as a daemon has them once they are submitted, and further on."""

from typing import Any, Final

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs.transitions import canceled, failed, running, submitted, succeeded, waiting
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.snapshot import Job

NOW: Final = (1_760_000_000, 5)
ERROR: Final = ["OpExecError", ["it broke"]]


def delay(depends: Any = None, *, priority: int = 0, reasons: tuple[str, ...] = (), **others: Any) -> dict[str, Any]:
    """A delay of a second, decoded; *reasons* are the texts of its trail."""
    trail = [["gnt:user", text, 1] for text in reasons]
    opcode = {"OP_ID": "OP_TEST_DELAY", "duration": 1, "depends": depends, "priority": priority, "reason": trail}
    return decode_opcode({**opcode, **others})


def make_job(job_id: int, *opcodes: dict[str, Any]) -> Job:
    """A job that is queued; of one delay unless its opcodes are given."""
    return submitted(job_id, opcodes or [delay()], NOW)


def end(job: Job, status: JobStatus) -> Job:
    """The job, ended with *status* in its first opcode, success in all."""
    match status:
        case JobStatus.CANCELED:
            return canceled(job, NOW)
        case JobStatus.ERROR:
            return failed(job, 0, ERROR, NOW)
    for index in range(len(job.opcodes)):
        job = succeeded(running(waiting(job, index, NOW), index, {}, NOW), index, None, NOW)
    return job
