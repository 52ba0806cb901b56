"""``kill -9`` at any point: no accepted job is lost or unreadable, none runs twice, no id is given twice."""

import multiprocessing
import random
from collections import Counter
from pathlib import Path

import pytest

from ganeti_lite.constants import JobStatus
from ganeti_lite.jobs import archive_folder, parse_job
from ganeti_lite.masterd.queue_store import QueueStore
from ganeti_lite.snapshot import Job
from tests.masterd.queue_stream import Told, stream

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.masterd.queue_stream"])

_RANKS = {"queued": 0, "waiting": 0, "running": 1, "success": 2, "error": 2, "archived": 3}
"""How far a job has come: what was told stays true, but for one that waited, which begins anew."""


def run_until_killed(path: Path, patience: int) -> list[Told]:
    """All that a daemon told that was killed while it did the thing after the *patience*-th."""
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=stream, args=(str(path), sender))
    process.start()
    sender.close()
    told: list[Told] = [receiver.recv() for _ in range(patience)]
    process.kill()
    try:
        while True:
            told.append(receiver.recv())
    except EOFError:
        process.join()
        return told


def find(path: Path, job_id: int) -> int:
    """How far the job's file says that it has come; fails if there is none, or it cannot be read."""
    name = f"job-{job_id}"
    live, archived = path / name, path / archive_folder(job_id) / name
    assert live.exists() != archived.exists()
    if archived.exists():
        parse_job(job_id, archived.read_bytes(), is_archived=True)
        return _RANKS["archived"]
    return _RANKS[parse_job(job_id, live.read_bytes(), is_archived=False).status]


@pytest.mark.parametrize("kills", [15, pytest.param(250, marks=pytest.mark.bench)])
def test_a_killed_daemon_loses_nothing(tmp_path: Path, kills: int) -> None:
    """After each kill every job is at least where it was told to be; what ran is not begun again."""
    draws = random.Random(kills)
    done: Counter[Told] = Counter()
    ranks: dict[int, int] = {}
    for _ in range(kills):
        told = run_until_killed(tmp_path, draws.randrange(1, 25))
        done.update(told)
        touched = {job_id: _RANKS[what] for what, job_id in told if what != "allocated"}
        assert all(find(tmp_path, job_id) >= rank for job_id, rank in touched.items())
        ranks |= touched
    assert all(find(tmp_path, job_id) >= rank for job_id, rank in ranks.items())
    assert max(count for (what, _), count in done.items() if what in ("allocated", "running")) == 1
    assert {job_id for _, job_id in done} == {job_id for what, job_id in done if what == "allocated"}

    store = QueueStore(str(tmp_path))
    assert store.allocate(1) > max(job_id for _, job_id in done)
    assert all(isinstance(record, Job) for record in store.load_live())
    assert sum(what == JobStatus.SUCCESS for what, _ in done) > kills / 2
    store.close()
