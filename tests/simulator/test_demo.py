"""The demonstration, run as people run it: a process of its own, with the real daemon and the real commands."""

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

PROJECT: Final = Path(__file__).parent.parent.parent
COMMAND: Final = (sys.executable, "-c", "import sys; from ganeti_lite.cli import main; sys.exit(main())", "demo")
LIMIT: Final = 120
"""Seconds for anything here."""


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


def test_listings_are_shown_and_nothing_is_left(place: Path) -> None:
    """The default cluster is listed whole, what its nodes tell included, and its files are gone afterwards."""
    done = run_demo(place)
    assert (done.returncode, done.stderr) == (0, "")
    assert "$ gnt-instance list\nInstance " in done.stdout
    assert "$ gnt-node list\nNode " in done.stdout
    assert "$ gnt-node list -o name,group,role,pinst_cnt,sinst_cnt,tags\nNode " in done.stdout
    assert """$ gnt-instance list -o name,be/vcpus,tags '"prod" in tags and be/vcpus > 2'\n""" in done.stdout
    assert "(24 rows in " in done.stdout
    assert "node4.example.com storage O " in done.stdout
    assert all(len(line) <= 110 for line in done.stdout.splitlines())
    assert not list(place.iterdir())


def test_of_large_clusters_the_head_is_shown(place: Path) -> None:
    """Listings of a large cluster are cut."""
    done = run_demo(place, "--nodes", "30", "--instances", "400", "--groups", "2", "--networks", "1", "--seed", "7")
    assert done.returncode == 0
    assert "A made-up cluster of 30 nodes and 400 instances" in done.stdout
    assert re.search(r"\(400 rows in .* s; 392 not shown here\)", done.stdout)


def test_a_directory_can_be_chosen(place: Path) -> None:
    """The cluster is made where the user wants it, and removed from there."""
    done = run_demo(place, "--root", str(place / "here"))
    assert done.returncode == 0
    assert f"\n{place}/here/node1.example.com\n" in done.stdout
    assert not list(place.iterdir())


def test_what_is_kept_can_be_used_and_removed(place: Path) -> None:
    """The printed lines, pasted into a shell, talk to the daemons that keep running, and then end them."""
    done = run_demo(place, "--keep")
    assert (done.returncode, done.stderr) == (0, "")
    _, _, instructions = done.stdout.partition("The daemons keep running.")
    *use, log, nodes_log, removal = re.findall(r"^  (.+)$", instructions, re.MULTILINE)
    listing = subprocess.run(
        ["sh", "-ec", "\n".join(use)], env=environment(place), capture_output=True, text=True, check=True
    )
    assert listing.stdout.startswith("Instance ")
    assert len(listing.stdout.splitlines()) == 25
    assert Path(log).exists()
    assert "5 node daemons listen" in Path(nodes_log).read_text()
    pids = removal.removeprefix("kill ").partition(";")[0].split()
    assert len(pids) == 2
    daemons = [os.pidfd_open(int(pid)) for pid in pids]
    try:
        subprocess.run(["sh", "-ec", removal], check=True)
        assert all(select.select([daemon], [], [], LIMIT)[0] for daemon in daemons)
    finally:
        for daemon in daemons:
            os.close(daemon)
    assert not list(place.iterdir())


def test_the_listings_show_what_the_nodes_say(place: Path) -> None:
    """Running, stopped, wrong and unreachable instances are there, and nodes with free memory and offline."""
    shown = run_demo(place).stdout
    states = ("running", "ADMIN_down", "ERROR_down", "ERROR_up", "ERROR_nodeoffline")
    assert all(f" {state} " in shown for state in states)
    node_list = shown.partition("$ gnt-node list\n")[2].partition("\n\n")[0]
    assert "*" in node_list
    assert "?" not in shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demonstration_leaves_nothing(place: Path, number: signal.Signals) -> None:
    """Ctrl-C and a request to end stop the daemon and remove the files, too."""
    options = ["--instances", "5000"]
    with subprocess.Popen([*COMMAND, *options], env=environment(place), stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        lines = iter(demo.stdout.readline, "")
        assert any(line.startswith("The nodes' daemons and the query daemon listen") for line in lines)
        demo.send_signal(number)
        demo.communicate(timeout=LIMIT)
    assert demo.returncode == 128 + number
    assert not list(place.iterdir())
    assert not processes_that_name(place)


def test_a_daemon_that_does_not_start_is_explained(place: Path) -> None:
    """The error shows why, from the daemon's log, and nothing is left."""
    done = run_demo(place, "--port", "99999")
    assert done.returncode == 1
    assert "The query daemon ended with exit code 1." in done.stderr
    assert "99999" in done.stderr
    assert not list(place.iterdir())


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
