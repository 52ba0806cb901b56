"""The demonstration, run as people run it: a process of its own, with the real daemon and the real commands."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from attrs import frozen

PROJECT: Final = Path(__file__).parent.parent.parent
COMMAND: Final = (sys.executable, "-c", "import sys; from ganeti_lite.cli import main; sys.exit(main())", "demo")
LIMIT: Final = 120
"""Seconds for anything here."""

RUNS: Final = {
    "default": (),
    "large": ("--root", "{place}/here", "--nodes", "30", "--instances", "400", "--groups", "2", "--seed", "7"),
    "no such port": ("--port", "99999"),
}
"""Options of what is run to its end, for several tests to look at."""


@pytest.fixture
def place() -> Iterator[Path]:
    """The temporary directory of the demonstration, with a short name."""
    with TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


def environment(place: Path) -> dict[str, str]:
    """This process's variables, a temporary directory of one's own, and this checkout's modules first."""
    return {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(PROJECT)}


def run_demo(place: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs the demonstration to its end."""
    return subprocess.run(
        [*COMMAND, *options],
        env=environment(place),
        cwd=place,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@frozen
class Finished:
    """A demonstration that has ended.

    :ivar place: its temporary directory.
    :ivar left: what is still in there.
    """

    done: subprocess.CompletedProcess[str]
    place: Path
    left: Sequence[Path]


def finish_demo(*options: str) -> Finished:
    """Runs the demonstration to its end, in a directory of its own that ``{place}`` in the options stands for."""
    with TemporaryDirectory(dir="/tmp") as name:
        place = Path(name)
        done = run_demo(place, *(option.format(place=place) for option in options))
        return Finished(done, place, list(place.iterdir()))


@pytest.fixture(scope="module")
def finished() -> Mapping[str, Finished]:
    """Some demonstrations, which ran side by side: most of their time they start programs and wait for them."""
    with ThreadPoolExecutor() as pool:
        return dict(zip(RUNS, pool.map(lambda options: finish_demo(*options), RUNS.values()), strict=True))


@pytest.fixture
def default(finished: Mapping[str, Finished]) -> Finished:
    """Run without any option."""
    return finished["default"]


@pytest.fixture
def large(finished: Mapping[str, Finished]) -> Finished:
    """A large cluster in a directory that the user has chosen."""
    return finished["large"]


def test_listings_are_shown_and_nothing_is_left(default: Finished) -> None:
    """The default cluster is listed whole, what its nodes tell included, and its files are gone afterwards."""
    done = default.done
    assert (done.returncode, done.stderr) == (0, "")
    assert "$ gnt-instance list\nInstance " in done.stdout
    assert "$ gnt-node list\nNode " in done.stdout
    assert "$ gnt-node list -o name,group,role,pinst_cnt,sinst_cnt,tags\nNode " in done.stdout
    assert """$ gnt-instance list -o name,be/vcpus,tags '"prod" in tags and be/vcpus > 2'\n""" in done.stdout
    assert "(24 rows in " in done.stdout
    assert "node4.example.com storage O " in done.stdout
    assert all(len(line) <= 110 for line in done.stdout.splitlines())
    assert not default.left


def test_the_listings_show_what_the_nodes_say(default: Finished) -> None:
    """Running, stopped, wrong and unreachable instances are there, and nodes with free memory and offline."""
    shown = default.done.stdout
    states = ("running", "ADMIN_down", "ERROR_down", "ERROR_up", "ERROR_nodeoffline")
    assert all(f" {state} " in shown for state in states)
    node_list = shown.partition("$ gnt-node list\n")[2].partition("\n\n")[0]
    assert "*" in node_list
    assert "?" not in shown


def test_jobs_are_done_and_listed_without_their_daemon(default: Finished) -> None:
    """An instance is stopped and a job waited for; the listing behind the job daemon's end shows the outcome."""
    _, _, shown = default.done.stdout.partition("$ gnt-instance stop ")
    name, _, rest = shown.partition("\n")
    assert rest.startswith(f"Waiting for job 1 for {name} ...\n(done in ")
    assert f" 1 success INSTANCE_SHUTDOWN({name})\n 2 success TEST_DELAY(0.5)\n" in rest
    _, _, after = rest.partition("The job daemon is stopped now.")
    assert re.search(rf"\n{re.escape(name)} +ADMIN_down\n\(1 rows in ", after)


def test_of_large_clusters_the_head_is_shown(large: Finished) -> None:
    """Listings of a large cluster are cut."""
    assert large.done.returncode == 0
    assert "A made-up cluster of 30 nodes and 400 instances" in large.done.stdout
    assert re.search(r"\(400 rows in .* s; 392 not shown here\)", large.done.stdout)


def test_a_directory_can_be_chosen(large: Finished) -> None:
    """The cluster is made where the user wants it, and removed from there."""
    assert large.done.returncode == 0
    assert f"\n{large.place}/here/node1.example.com\n" in large.done.stdout
    assert not large.left


def test_what_is_kept_can_be_used_and_removed(place: Path) -> None:
    """The printed lines, pasted into a shell, talk to the daemons that keep running, and then end them."""
    done = run_demo(place, "--keep")
    assert (done.returncode, done.stderr) == (0, "")
    _, _, instructions = done.stdout.partition("The daemons keep running.")
    *use, jobs_log, log, nodes_log, removal = re.findall(r"^  (.+)$", instructions, re.MULTILINE)
    listing = subprocess.run(
        ["sh", "-ec", "\n".join(use)], env=environment(place), capture_output=True, text=True, check=True
    )
    assert listing.stdout.startswith("Instance ")
    assert len(listing.stdout.splitlines()) == 25
    assert Path(log).exists()
    assert "jobs are live" in Path(jobs_log).read_text()
    assert "5 node daemons listen" in Path(nodes_log).read_text()
    pids = removal.removeprefix("kill ").partition(";")[0].split()
    assert len(pids) == 3
    daemons = [os.pidfd_open(int(pid)) for pid in pids]
    try:
        subprocess.run(["sh", "-ec", removal], check=True)
        assert all(select.select([daemon], [], [], LIMIT)[0] for daemon in daemons)
    finally:
        for daemon in daemons:
            os.close(daemon)
    assert not list(place.iterdir())


def test_an_interrupted_demonstration_leaves_nothing() -> None:
    """Ctrl-C and a request to end stop the daemon and remove the files, too."""
    with ThreadPoolExecutor() as both:
        list(both.map(interrupt_demo, (signal.SIGINT, signal.SIGTERM)))


def interrupt_demo(number: signal.Signals) -> None:
    """Sends the demonstration a signal while it shows its listings."""
    with TemporaryDirectory(dir="/tmp") as name:
        place = Path(name)
        with subprocess.Popen(COMMAND, env=environment(place), stdout=subprocess.PIPE, text=True) as demo:
            assert demo.stdout is not None
            lines = iter(demo.stdout.readline, "")
            assert any(
                line.startswith("The nodes' daemons, the query daemon and the job daemon listen") for line in lines
            )
            demo.send_signal(number)
            demo.communicate(timeout=LIMIT)
        assert demo.returncode == 128 + number
        assert not list(place.iterdir())
        assert not processes_that_name(place)


def test_a_daemon_that_does_not_start_is_explained(finished: Mapping[str, Finished]) -> None:
    """The error shows why, from the daemon's log, and nothing is left."""
    failed = finished["no such port"]
    assert failed.done.returncode == 1
    assert "The query daemon ended with exit code 1." in failed.done.stderr
    assert "99999" in failed.done.stderr
    assert not failed.left


def test_a_directory_in_use_is_refused(place: Path) -> None:
    """Nothing is put beside other people's files."""
    (place / "mine").touch()
    done = run_demo(place, "--root", str(place))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"The directory {place} is not empty.\n"


def processes_that_name(place: Path) -> list[str]:
    """Command lines of running processes in which a path occurs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().decode(errors="replace")
        except OSError:  # it has ended since
            continue
        if str(place) in command:
            found.append(command)
    return found
