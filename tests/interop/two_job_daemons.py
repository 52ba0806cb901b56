"""The same orders for Ganeti's job daemon and for ours, on the same cluster from the same configuration."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from .carry_out import JobDaemon, Outcome
from .compare import Comparison
from .idle_queue import end_open_jobs
from .isolated import PROJECT, Command, our_daemon
from .job_orders import Book
from .luxi import Connection
from .odd_configs import JsonObject
from .processes import read_log, serving, wait_until
from .reference_cluster import ReferenceCluster

T = TypeVar("T")

DAEMONS: Final = ("ganeti-luxid", "ganeti-wconfd")
"""Of Ganeti's, in whose place ours come."""

OWN_WORDS: Final = re.compile(
    "|".join(
        (
            ".* fails to report its version",
            "A security domain",
            "Cannot assign multiple values",
            "Cannot boot from cdrom",
            "Cannot disable disk template",
            "Cannot have a security domain",
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
            "Invalid serial console speed",
            "Invalid value of '.*:access'",
            "Need a root partition",
            "Node .* returned invalid value for",
            "Parameter .* fails syntax check",
            "SPICE: ",
            "The (?:instances|nodes) UUID",
            "Unknown field",
            "Unknown operator",
            "vnc_x509_path must be defined",
            "When 'disk_aio' is set",
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


@contextmanager
def our_daemons(reference: ReferenceCluster, folder: Path) -> Iterator[Path]:
    """Our two daemons are in the place of luxid and wconfd, for as long as the block lasts; the job daemon's log."""
    within = ["ip", "netns", "exec", reference.namespace]
    twistd = Path(sys.executable).with_name("twistd")
    log = folder / "masterd.log"
    master_socket = reference.paths.master_socket
    command: Command = [*within, twistd, "--nodaemon", "--pidfile=", "ganeti-masterd", "--root", reference.root]
    environment = {"GANETI_HOSTNAME": reference.hostname, "PYTHONPATH": str(PROJECT)}
    with ExitStack() as stack:
        stack.enter_context(stopped(reference))
        stack.enter_context(serving(command, path=master_socket, log=log, environment=environment))
        query_socket = reference.query_socket
        forwarding = ("--forward-jobs", str(master_socket))
        stack.enter_context(our_daemon(reference.paths, query_socket, *forwarding, within=within))
        yield log


def replace_config(reference: ReferenceCluster, data: bytes) -> None:
    """Have Ganeti's daemons start anew from another configuration."""
    with stopped(reference):
        reference.config.write_bytes(data)


def list_job_files(reference: ReferenceCluster) -> set[Path]:
    """The files of the jobs that are not in the archive."""
    return set(reference.paths.queue_dir.glob("job-*"))


@contextmanager
def prepared(reference: ReferenceCluster, prepare: Callable[[JsonObject], None]) -> Iterator[bytes]:
    """The cluster is changed as *prepare* does it, for as long as the block lasts; its configuration then.

    Jobs of the block are gone behind it: others would look at each of them.
    """
    original, jobs = reference.config.read_bytes(), list_job_files(reference)
    config = json.loads(original)
    prepare(config)
    changed = json.dumps(config).encode()
    replace_config(reference, changed)
    try:
        yield changed
    finally:
        with stopped(reference):
            reference.config.write_bytes(original)
            for path in list_job_files(reference) - jobs:
                path.unlink()


def by_both(
    reference: ReferenceCluster, folder: Path, prepare: Callable[[JsonObject], None], carry_out: Callable[[bytes], T]
) -> tuple[T, T]:
    """What comes of something with Ganeti's daemons, and then with ours.

    :param prepare: changes the configuration that both begin with.
    :param carry_out: does it, given that.
    """
    end_open_jobs(reference)
    with prepared(reference, prepare) as config:
        real = carry_out(config)
        replace_config(reference, config)
        with our_daemons(reference, folder) as log:
            ours = carry_out(config)
            assert "Traceback" not in read_log(log), read_log(log)
    return real, ours


def carry_book_out(reference: ReferenceCluster, book: Book) -> list[Outcome]:
    """What becomes of each opcode."""
    with Connection(reference.query_socket) as connection:
        daemon = JobDaemon(connection, reference.config)
        return [outcome for chapter in book.chapters for outcome in daemon.carry_out(chapter)]


def compare_outcomes(name: str, real: Sequence[Outcome], ours: Sequence[Outcome]) -> Comparison:
    """How each opcode has ended on both sides.

    :param name: what they were carried out on.
    """
    comparison = Comparison(name)
    for one, other in zip(real, ours, strict=True):
        _compare(one, other, comparison)
    return comparison


def _compare(real: Outcome, ours: Outcome, comparison: Comparison) -> None:
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
