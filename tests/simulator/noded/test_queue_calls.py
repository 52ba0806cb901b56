"""The job queue that a master candidate keeps."""

import base64
import zlib

import pytest

from ganeti_lite.simulator.noded import FileTree, Hardware, SimulatedNode

from .asking import UNEXPECTED, Asked

QUEUE = "/var/lib/ganeti/queue"
ROOT = "/srv/cluster/node2.example.com"
VIRTUAL = "/###-VIRTUAL-PATH-###,"


@pytest.fixture
def node() -> Asked:
    """A candidate of an ordinary installation, with one job."""
    asked = Asked(SimulatedNode("node2.example.com", "127.18.0.11", "b", Hardware(1, 0, 1, 1)))
    asked.ask("jobqueue_update", f"{QUEUE}/job-1", [0, '{"id": 1}'])
    return asked


@pytest.fixture
def virtual() -> Asked:
    """A candidate of a virtual cluster."""
    return Asked(SimulatedNode("node2.example.com", "127.18.0.11", "b", Hardware(1, 0, 1, 1), files=FileTree(ROOT)))


def packed(text: str) -> list[object]:
    """A text as it is sent from a certain length on."""
    return [1, base64.b64encode(zlib.compress(text.encode())).decode()]


def test_files_are_replaced(node: Asked) -> None:
    """A new content takes the place of the old one, packed or not, and the file is the queue's."""
    assert node.ask("jobqueue_update", f"{QUEUE}/job-1", packed("ü" * 600)) == [True, None]
    assert node.text(f"{QUEUE}/job-1") == "ü" * 600
    file = node.machine.files.files[f"{QUEUE}/job-1"]
    assert (file.mode, file.user, file.group) == (0o640, "gnt-masterd", "gnt-daemons")


def test_a_job_is_archived(node: Asked) -> None:
    """It is found below the archive, whose directory is made."""
    assert node.ask("jobqueue_rename", [[f"{QUEUE}/job-1", f"{QUEUE}/archive/0/job-1"]]) == [True, [None]]
    assert node.machine.files.below(QUEUE).keys() == {f"{QUEUE}/archive/0/job-1"}
    assert node.ask("jobqueue_update", f"{QUEUE}/archive/0/job-2", [0, ""]) == [True, None]


def test_what_was_renamed_before_a_failure_stays(node: Asked) -> None:
    """The first that fails fails the call; the others before it are done."""
    pairs = [[f"{QUEUE}/job-{number}", f"{QUEUE}/archive/0/job-{number}"] for number in (1, 2)]
    assert node.ask("jobqueue_rename", pairs) == [
        False, f"{UNEXPECTED}[Errno 2] No such file or directory: '{pairs[1][0]}' -> '{pairs[1][1]}'",
    ]  # fmt: skip
    assert node.text(f"{QUEUE}/archive/0/job-1") == '{"id": 1}'


def test_the_drain_flag_is_a_file(node: Asked) -> None:
    """It is there or not; setting it twice changes nothing."""
    for is_drained in (True, True, False, False):
        assert node.ask("jobqueue_set_drain_flag", is_drained) == [True, None]
        assert (node.text(f"{QUEUE}/drain") is not None) is is_drained


def test_a_purge_leaves_nothing(node: Asked) -> None:
    """Neither jobs nor archives."""
    node.ask("jobqueue_rename", [[f"{QUEUE}/job-1", f"{QUEUE}/archive/0/job-1"]])
    node.ask("jobqueue_update", f"{QUEUE}/serial", [0, "1\n"])
    assert node.ask("jobqueue_purge") == [True, None]
    assert not node.machine.files.below(QUEUE)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("/etc/passwd", [0, ""],
         f"Passed job queue file '/etc/passwd' does not belong to the queue directory '{QUEUE}'"),
        (f"{QUEUE}/job-1", [2, ""], f"{UNEXPECTED}Unknown data encoding"),
        (f"{QUEUE}/job-1", "text", UNEXPECTED),
        (f"{QUEUE}/nosuch/job-1", [0, ""], f"{UNEXPECTED}[Errno 2] No such file or directory: '{QUEUE}/nosuch/job-1'"),
    ],
)  # fmt: skip
def test_refused_updates(node: Asked, path: str, content: object, message: str) -> None:
    """They fail with the real daemon's texts, and nothing changes."""
    before = node.machine
    assert node.ask("jobqueue_update", path, content) == [False, message]
    assert node.machine is before


def test_virtual_clusters_have_paths_of_their_own(virtual: Asked) -> None:
    """Only virtual paths are taken, and errors tell where the file would really be."""
    assert virtual.ask("jobqueue_update", f"{VIRTUAL}{QUEUE}/job-1", [0, "x"]) == [True, None]
    assert virtual.text(f"{QUEUE}/job-1") == "x"
    plain = f"{ROOT}{QUEUE}/job-1"
    assert virtual.ask("jobqueue_update", plain, [0, ""]) == [
        False, f"{UNEXPECTED}Path '{plain}' is not a virtual path",
    ]  # fmt: skip
    assert virtual.ask("jobqueue_update", "relative", [0, ""]) == [False, f"{UNEXPECTED}Path not absolute: relative"]
    assert virtual.ask("jobqueue_update", f"{VIRTUAL}/etc/passwd", [0, ""]) == [
        False,
        f"Passed job queue file '{ROOT}/etc/passwd' does not belong to the queue directory '{ROOT}{QUEUE}'",
    ]
