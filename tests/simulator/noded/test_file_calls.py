"""Files that the master hands out."""

import pytest

from ganeti_lite.simulator.noded import Hardware, SimulatedNode

from .asking import UNEXPECTED, Asked

DATA = "/var/lib/ganeti"
CONFIG = [f"{DATA}/config.data", [0, "{}"], 0o100640, "gnt-masterd", "gnt-confd", 1795376184, 1795376184]


@pytest.fixture
def node() -> Asked:
    """A node without files."""
    return Asked(SimulatedNode("node2.example.com", "127.18.0.11", "b", Hardware(1, 0, 1, 1)))


def test_a_file_is_kept(node: Asked) -> None:
    """With permissions, owner and time as they were sent; both calls do the same."""
    assert node.ask("upload_file_single", *CONFIG) == [True, None]
    file = node.machine.files.files[f"{DATA}/config.data"]
    assert (file.content, file.mode, file.user, file.group) == ("{}", 0o640, "gnt-masterd", "gnt-confd")
    assert file.mtime == 1795376184
    assert node.ask("upload_file", ["/etc/hosts", [0, "x"], None, "root", "root", None, None]) == [True, None]
    assert node.text("/etc/hosts") == "x"


@pytest.mark.parametrize(
    ("index", "value", "message"),
    [
        (0, f"{DATA}/server.pem",
         f"Filename passed to UploadFile not in allowed upload targets: '{DATA}/server.pem'"),
        (3, "nosuch", f"{UNEXPECTED}Unknown Ganeti user 'nosuch'"),
        (3, 0, "Invalid username/groupname type"),
        (4, 0, "Invalid username/groupname type"),
        (1, [2, ""], f"{UNEXPECTED}Unknown data encoding"),
    ],
)  # fmt: skip
def test_refused_files(node: Asked, index: int, value: object, message: str) -> None:
    """They fail with the real daemon's texts, and nothing is kept."""
    arguments = [*CONFIG[:index], value, *CONFIG[index + 1 :]]
    assert node.ask("upload_file_single", *arguments) == [False, message]
    assert node.machine.files.files == {}


def test_ssconf_files(node: Asked) -> None:
    """Lists are lines; an empty value is an empty file; the node takes the new master for its master."""
    values = {"cluster_name": "c.example.com", "node_list": ["a", "b"], "cluster_tags": [], "master_node": ["a"]}
    assert node.ask("write_ssconf_files", values) == [True, None]
    texts = {path: file.content for path, file in node.machine.files.files.items()}
    assert texts == {
        f"{DATA}/ssconf_cluster_name": "c.example.com\n",
        f"{DATA}/ssconf_node_list": "a\nb\n",
        f"{DATA}/ssconf_cluster_tags": "",
        f"{DATA}/ssconf_master_node": "a\n",
    }
    assert node.ask("master_node_name") == [True, "a"]


def test_an_unknown_ssconf_key(node: Asked) -> None:
    """It fails the call; the others are not written either."""
    answer = node.ask("write_ssconf_files", {"cluster_name": ["x"], "bogus": []})
    assert answer == [False, f"{UNEXPECTED}Invalid key requested from SSConf: 'bogus'"]
    assert node.machine.files.files == {}
