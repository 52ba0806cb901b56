"""Our daemon in front of a real Ganeti: nobody notices, whatever dies is survived, and all goes back as it was."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from subprocess import CompletedProcess
from typing import Any, Final

import pytest

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.simulator import ClusterPaths

from .compare import Comparison
from .idle_queue import end_open_jobs
from .isolated import PROJECT, our_daemon
from .luxi import Connection
from .processes import server_pid, wait_until
from .reference_build import NODE_ADDRESSES
from .reference_cluster import ReferenceCluster, node_name
from .takeover_script import SCRIPT, settle
from .tally import Tally

pytestmark = pytest.mark.interop

SUBJECT: Final = "commands before and behind a takeover"
NO_JOB: Final = 2**62
JOBS_IN_A_ROW: Final = 25
"""As an ordinary test; the benchmark of the same name does five hundred."""


def ganeti_lite(reference: ReferenceCluster, *words: str) -> CompletedProcess[str]:
    """Run ``ganeti-lite`` on the master."""
    program = "import sys; from ganeti_lite.cli import main; sys.exit(main())"
    return reference.run("env", f"PYTHONPATH={PROJECT}", sys.executable, "-c", program, *words)


@contextmanager
def taken_over(reference: ReferenceCluster) -> Iterator[None]:
    """Our daemon is in front of the real one, for as long as the block lasts."""
    taken = ganeti_lite(reference, "takeover")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    try:
        yield
    finally:
        back = ganeti_lite(reference, "handback")
        assert back.returncode == 0, back.stdout + back.stderr


@pytest.fixture(autouse=True)
def idle_queue(reference: ReferenceCluster) -> None:
    """End the jobs that still run: they hold locks that the commands here want."""
    end_open_jobs(reference)


def run_script(reference: ReferenceCluster) -> list[tuple[str, int, str, str]]:
    """Each line of the script with its exit code and what it has printed."""
    outcomes = []
    for line in SCRIPT:
        done = reference.run("bash", "-c", line)
        outcomes.append((line, done.returncode, settle(done.stdout), settle(done.stderr)))
    return outcomes


def test_a_day_of_commands(reference: ReferenceCluster, tally: Tally) -> None:
    """Every command line of Ganeti's own tools prints the same and ends the same, whoever answers the queries."""
    before = run_script(reference)
    with taken_over(reference):
        behind = run_script(reference)
    comparison = Comparison("reference")
    for (line, *expected), (_, *found) in zip(before, behind, strict=True):
        comparison.note(line, "data" if expected[0] == 0 else "failure", expected, found)
    assert len(SCRIPT) >= 60
    tally.check(SUBJECT, comparison)


def set_tag(connection: Connection, tag: str) -> int:
    """Submit a job that gives an instance a tag; its number."""
    opcode = {"OP_ID": "OP_TAGS_SET", "kind": "instance", "name": "inst1.example.com", "tags": [tag], "reason": []}
    return int(connection.ask("SubmitJob", [[opcode]]).result)


def await_job(connection: Connection, job: int) -> None:
    """Wait until a job is over; it must succeed."""
    known: Any = None
    while known not in (["success"], ["error"]):
        known = connection.ask("WaitForJobChange", [job, ["status"], known, None, 30]).result[0]
    assert known == ["success"]


def remove_tags(connection: Connection, tags: list[str]) -> None:
    """Take tags from the instance again."""
    opcode = {"OP_ID": "OP_TAGS_DEL", "kind": "instance", "name": "inst1.example.com", "tags": tags, "reason": []}
    await_job(connection, int(connection.ask("SubmitJob", [[opcode]]).result))


def see_effects(reference: ReferenceCluster, count: int) -> None:
    """What a job has done is in the next listing, that many times in a row."""
    with taken_over(reference), Connection(reference.query_socket) as connection:
        tags = [f"seen-{number}" for number in range(count)]
        try:
            for tag in tags:
                await_job(connection, set_tag(connection, tag))
                (row,) = connection.ask("Query", ["instance", ["tags"], ["==", "name", "inst1"]]).result["data"]
                assert tag in row[0][1]
        finally:
            remove_tags(connection, tags)


def test_effects_are_in_the_next_listing(reference: ReferenceCluster) -> None:
    """Who has seen a job succeed sees what it has done."""
    see_effects(reference, JOBS_IN_A_ROW)


@pytest.mark.bench
def test_effects_are_in_the_next_listing_five_hundred_times(reference: ReferenceCluster) -> None:
    """The same, long enough to meet what is rare; each job takes the real daemon half a second."""
    see_effects(reference, 500)


def test_the_job_daemon_dies_and_comes_back(reference: ReferenceCluster) -> None:
    """Without it listings go on and job requests fail with a clear error; started again, it is found again."""
    aside = reference.query_socket.with_name("ganeti-master")
    with taken_over(reference):
        pid = server_pid(aside)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: server_pid(aside) is None, "luxid is gone")
        listed = reference.run("gnt-instance", "list", "-o", "name,pnode")
        assert (listed.returncode, listed.stderr) == (0, "")
        assert "inst1.example.com" in listed.stdout
        refused = reference.run("gnt-instance", "stop", "inst1")
        assert refused.returncode == 1
        assert "nothing was done" in refused.stderr
        start_killed(reference, "ganeti-luxid")
        wait_until(lambda: server_pid(aside) not in (None, pid), "luxid has been moved aside again")
        again = reference.run("gnt-instance", "modify", "-B", "always_failover=false", "inst1")
        assert again.returncode == 0, again.stderr
    assert server_pid(reference.query_socket) not in (None, pid)


def start_killed(reference: ReferenceCluster, name: str) -> None:
    """Start a daemon that was killed; Debian's tool trusts no pid file of another user's."""
    (reference.root / f"var/run/ganeti/{name}.pid").unlink(missing_ok=True)
    reference.daemon("start", name)


def test_our_daemon_is_killed(reference: ReferenceCluster) -> None:
    """The way back leads from there, too."""
    real = server_pid(reference.query_socket)
    with taken_over(reference):
        ours = server_pid(reference.query_socket)
        assert ours is not None
        os.kill(ours, signal.SIGKILL)
        wait_until(lambda: server_pid(reference.query_socket) is None, "our daemon is gone")
    assert server_pid(reference.query_socket) == real
    assert not reference.query_socket.with_name("ganeti-master").exists()


def test_the_master_is_dead(reference: ReferenceCluster, folder: Path) -> None:
    """With every daemon of the master killed, another node that has the configuration shows it to who is there."""
    expected = reference.demand("gnt-instance", "list", "-o", "name,pnode,admin_state")
    names = ("ganeti-luxid", "ganeti-wconfd", "ganeti-confd", "ganeti-noded")
    pids = [int((reference.root / f"var/run/ganeti/{name}.pid").read_text()) for name in names]
    other = ClusterPaths(reference.node_root(2), node_name(2))
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    try:
        wait_until(lambda: server_pid(reference.query_socket) is None, "luxid is gone")
        with our_daemon(other, other.query_socket.with_name("ganeti-query"), "--allow-non-master"):
            words = ("list", "-o", "name,pnode,admin_state")
            debian = reference.on(2, "gnt-instance", *words)
            assert (debian.returncode, debian.stdout) == (0, expected), debian.stderr
            program = "import sys; from ganeti_lite.commands.gnt_instance import main; sys.exit(main())"
            ours = reference.on(2, "env", f"PYTHONPATH={PROJECT}", sys.executable, "-c", program, *words)
            assert (ours.returncode, ours.stdout) == (0, expected), ours.stderr
    finally:
        for name in ("ganeti-noded", "ganeti-confd", "ganeti-wconfd", "ganeti-luxid"):
            start_killed(reference, name)
        wait_until(reference.is_serving, "luxid answers again")


def time_calls(connection: Connection, count: int = 200) -> float:
    """Median seconds of a job request that does nothing."""
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        connection.ask("ArchiveJob", [NO_JOB])
        taken.append(time.perf_counter() - started)
    return median(taken)


@pytest.mark.bench
def test_relaying_costs_little(reference: ReferenceCluster) -> None:
    """A job request through our daemon takes less than 0.3 ms longer than one straight to the other."""
    with (
        taken_over(reference),
        Connection(reference.query_socket.with_name("ganeti-master")) as direct,
        Connection(reference.query_socket) as relayed,
    ):
        extra = min(time_calls(relayed) - time_calls(direct) for _ in range(3))
    assert extra < 0.0003, f"{1000 * extra:.3f} ms"


def test_listings_are_answered_while_others_wait(reference: ReferenceCluster) -> None:
    """Fifty clients list beside fifty others whose job requests take seconds."""
    with crowded(reference) as waiting:
        assert len(time_listings(reference, 50)) == 500
        assert any(thread.is_alive() for thread in waiting), "nobody waited any more"


@pytest.mark.bench
def test_waits_and_listings_do_not_slow_each_other(reference: ReferenceCluster) -> None:
    """Beside fifty clients whose job requests take seconds, fifty others list as if they were alone."""
    with taken_over(reference):
        quiet = median(time_listings(reference, 1))
    with crowded(reference):
        beside = median(time_listings(reference, 50))
    assert beside < 50 * quiet * 3, f"{1000 * quiet:.2f} ms alone, {1000 * beside:.2f} ms among fifty"


@contextmanager
def crowded(reference: ReferenceCluster) -> Iterator[list[threading.Thread]]:
    """Our daemon is in front, and fifty clients wait for a job; all have ended behind the block."""
    with taken_over(reference), Connection(reference.query_socket) as connection:
        opcode = {"OP_ID": "OP_TEST_DELAY", "duration": 4, "on_nodes": [], "reason": []}
        job = int(connection.ask("SubmitJob", [[opcode]]).result)
        waiting = [threading.Thread(target=wait_for, args=(reference, job)) for _ in range(50)]
        for thread in waiting:
            thread.start()
        try:
            yield waiting
        finally:
            for thread in waiting:
                thread.join()


def wait_for(reference: ReferenceCluster, job: int) -> None:
    """Wait for a job as a client does, asking the job daemon in between."""
    with Connection(reference.query_socket) as connection:
        await_job(connection, job)
        assert connection.ask("ArchiveJob", [NO_JOB]).result is False


def time_listings(reference: ReferenceCluster, clients: int) -> list[float]:
    """Seconds of the listings of that many clients at once, ten each."""
    taken: list[float] = []

    def list_ten_times() -> None:
        with Connection(reference.query_socket) as connection:
            for _ in range(10):
                started = time.perf_counter()
                connection.ask("Query", ["instance", ["name", "pnode"], None])
                taken.append(time.perf_counter() - started)

    threads = [threading.Thread(target=list_ten_times) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def test_nothing_is_left_behind(reference: ReferenceCluster) -> None:
    """After the way back there are neither sockets nor a pid file of ours."""
    with taken_over(reference):
        pass
    paths = GanetiPaths(str(reference.root))
    assert not os.path.exists(paths.master_socket)
    assert not [name for name in os.listdir(paths.run_dir) if "lite" in name]


def test_datagrams_are_taken_over_and_given_back(reference: ReferenceCluster) -> None:
    """With ``--udp`` Ganeti's confd makes room; afterwards it runs again."""
    pid_file = reference.root / "var/run/ganeti/ganeti-confd.pid"
    before = pid_file.read_text()
    taken = ganeti_lite(reference, "takeover", "--udp", NODE_ADDRESSES[1])
    try:
        assert taken.returncode == 0, taken.stdout + taken.stderr
        assert not pid_file.exists()
        asked = ganeti_lite(reference, "confd", "--address", NODE_ADDRESSES[1], "cluster-master")
        assert (asked.returncode, asked.stdout.split()[0]) == (0, node_name(1)), asked.stderr
    finally:
        back = ganeti_lite(reference, "handback")
    assert back.returncode == 0, back.stdout + back.stderr
    assert pid_file.read_text() != before
    asked = ganeti_lite(reference, "confd", "--address", NODE_ADDRESSES[1], "cluster-master")
    assert asked.returncode == 0, asked.stderr
