"""What answers need, made up: a few jobs, a few locks, the state of a node, and nodes that do not answer."""

import json
from typing import Any

from ganeti_lite.jobs import parse_job
from ganeti_lite.query import ClusterState, QueueView
from ganeti_lite.serving.needs import ChangeNeeded, JobsNeeded, LocksNeeded, Need, NodesNeeded, StateNeeded
from ganeti_lite.snapshot import Job, JobRecord, JobTable, QueueSnapshot, UnreadableJob

STATE = ClusterState(
    is_drained=False, watcher_pause=None, architecture=("64bits", "x86_64"), build="(ganeti-lite) version 0"
)
LOCKS: list[object] = [
    [["cluster/BGL", [[[12, "/run/livelock", 34], "shared"]]]],
    [[0, ["other", "/run/livelock", 35], [["cluster/BGL", "exclusive"]]]],
]


def make_job(job_id: int, *statuses: str, log: list[object] | None = None, is_archived: bool = False) -> Job:
    """A job whose opcodes, delays of a second, have these statuses, and the last one this log."""
    opcodes = [
        {
            "input": {"OP_ID": "OP_TEST_DELAY", "duration": 1, "reason": []},
            "status": status,
            "result": None,
            "log": (log or []) if status is statuses[-1] else [],
            "priority": 0,
        }
        for status in statuses
    ]
    data = json.dumps({"id": job_id, "ops": opcodes, "received_timestamp": [job_id, 500]}).encode()
    return parse_job(job_id, data, is_archived=is_archived)


JOBS: tuple[JobRecord, ...] = (make_job(1, "success"), make_job(2, "success", "running"), UnreadableJob(3, "damaged"))


def bring(need: Need) -> Any:
    """What is needed."""
    match need:
        case NodesNeeded():
            return {}
        case JobsNeeded(selection) if selection.ids is None:
            return QueueView(QueueSnapshot(JobTable.of(JOBS)))
        case JobsNeeded(selection):
            return tuple(find_job(job_id) for job_id in selection.ids or ())
        case ChangeNeeded(job_id):
            return find_job(job_id)
        case LocksNeeded():
            return LOCKS
        case StateNeeded():
            return STATE


def find_job(job_id: int) -> JobRecord:
    """The job of that id, there or not."""
    missing = UnreadableJob(job_id, "no such file", is_missing=True)
    return next((job for job in JOBS if job.id == job_id), missing)
