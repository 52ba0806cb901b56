"""Opcode by opcode, what our job daemon makes of it, and what Ganeti's own does on the same cluster."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from .carry_out import JobDaemon, Outcome
from .compare import Comparison
from .idle_queue import end_open_jobs
from .job_orders import BOOKS, Book
from .luxi import Connection
from .processes import read_log, wait_until
from .reference_cluster import ReferenceCluster
from .tally import Tally
from .test_masterd import our_daemons

pytestmark = pytest.mark.interop

SUBJECT: Final = "opcodes, their results and what they change, by Ganeti's daemons and by ours"
DAEMONS: Final = ("ganeti-luxid", "ganeti-wconfd")

OWN_WORDS: Final = re.compile(
    "|".join(
        (
            ".* fails to report its version",
            "Cannot assign multiple values",
            "Cannot disable disk template",
            "Error checking drbd helper",
            "Error on node",
            "Instance .* is still running on the node",
            "Instance allocation to group",
            "Internal assertion error",
            "Invalid binary operator",
            "Invalid CPU ID",
            "Invalid instance policy",
            "Invalid parameters to PathJoin",
            "Invalid search pattern",
            "Invalid value of '.*:access'",
            "Node .* returned invalid value for",
            "Parameter .* fails syntax check",
            "Unknown field",
            "Unknown operator",
            "While verify diskparams options",
        )
    )
)
"""Messages of Ganeti's that are in words of ours with us, or that it makes of sets, in no certain order."""


@contextmanager
def stopped(reference: ReferenceCluster) -> Iterator[None]:
    """Ganeti's daemons on the master are down for as long as the block lasts."""
    for name in DAEMONS:
        reference.daemon("stop", name)
    try:
        yield
    finally:
        for name in reversed(DAEMONS):
            reference.daemon("start", name)
        wait_until(reference.is_serving, "luxid answers again")


def replace_config(reference: ReferenceCluster, data: bytes) -> None:
    """Have Ganeti's daemons start anew from another configuration."""
    with stopped(reference):
        reference.config.write_bytes(data)


def list_job_files(reference: ReferenceCluster) -> set[Path]:
    """The files of the jobs that are not in the archive."""
    return set(reference.paths.queue_dir.glob("job-*"))


@contextmanager
def prepared(reference: ReferenceCluster, book: Book) -> Iterator[bytes]:
    """The cluster is as a book wants it, for as long as the block lasts; its configuration then.

    Jobs of the block are gone behind it: others would look at each of them.
    """
    original, jobs = reference.config.read_bytes(), list_job_files(reference)
    config = json.loads(original)
    book.prepare(config)
    changed = json.dumps(config).encode()
    replace_config(reference, changed)
    try:
        yield changed
    finally:
        with stopped(reference):
            reference.config.write_bytes(original)
            for path in list_job_files(reference) - jobs:
                path.unlink()


def carry_all_out(reference: ReferenceCluster, book: Book) -> Iterator[Outcome]:
    """What becomes of each opcode."""
    with Connection(reference.query_socket) as connection:
        daemon = JobDaemon(connection, reference.config)
        for chapter in book.chapters:
            yield from daemon.carry_out(chapter)


def compare(real: Outcome, ours: Outcome, comparison: Comparison) -> None:
    """Note how one opcode has ended on both sides."""
    if (correction := real.correction) is not None:
        expected = [correction.ganeti, correction.ours]
        comparison.note(real.opcode, "corrected", expected, [real.ended, ours.ended])
        return
    in_own_words = _is_in_own_words(real)
    comparison.note(real.opcode, real.ended, _show(real, in_own_words), _show(ours, in_own_words))


def _is_in_own_words(outcome: Outcome) -> bool:
    return outcome.status == "error" and OWN_WORDS.match(str(outcome.result[1][0])) is not None


def _show(outcome: Outcome, in_own_words: bool) -> list[Any]:
    """What must be equal; of an error in one's own words its class and its code, and nothing of what led to it."""
    if in_own_words and outcome.status == "error":
        name, arguments = outcome.result
        return [outcome.status, name, arguments[1:], list(outcome.changes)]
    return [outcome.status, outcome.result, outcome.log, list(outcome.changes)]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: str(book.prepare.__name__))
def test_opcodes_are_carried_out_as_ganeti_does(
    reference: ReferenceCluster, folder: Path, tally: Tally, book: Book
) -> None:
    """Same result or error, same log, same changes of the configuration."""
    end_open_jobs(reference)
    with prepared(reference, book) as config:
        real = list(carry_all_out(reference, book))
        replace_config(reference, config)
        with our_daemons(reference, folder) as log:
            ours = list(carry_all_out(reference, book))
            assert "Traceback" not in read_log(log), read_log(log)
    comparison = Comparison(book.prepare.__name__)
    for one, other in zip(real, ours, strict=True):
        compare(one, other, comparison)
    tally.check(SUBJECT, comparison)
