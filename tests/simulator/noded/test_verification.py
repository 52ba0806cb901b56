"""What a node tells of itself when the cluster is verified."""

import hashlib
from typing import Any

import pytest

from ganeti_lite.simulator.noded import (
    FileTree,
    Guest,
    Hardware,
    PhysicalVolume,
    SimulatedNode,
    StoredFile,
    VolumeGroup,
)

from .asking import NOW, UNEXPECTED, Asked
from .objects import drbd_disk

DATA = "/var/lib/ganeti"
VIRTUAL = "/###-VIRTUAL-PATH-###,"
NODE = SimulatedNode(
    "node2.example.com", "127.18.0.11", "b", Hardware(1_000, 100, 1, 1), (Guest("web", "kvm", 128, 1),),
    (VolumeGroup("xenvg", (PhysicalVolume("/dev/sda3", 600),)),), bridges=frozenset({"br0"}),
    certificate_digest="AB:CD", files=FileTree("/root/of/node2").write_all({f"{DATA}/hmac.key": StoredFile("key\n")}),
    clock_skew=1.5,
)  # fmt: skip
PARAMS: dict[str, dict[str, str]] = {"fake": {}, "bogus": {}, "kvm": {}}


def verify(checks: dict[str, Any], call: str = "node_verify") -> Any:
    """The answers to some questions."""
    is_success, answers = Asked(NODE).ask(call, checks, "c.example.com", PARAMS)
    assert is_success
    return answers


@pytest.mark.parametrize(
    ("key", "asked", "told"),
    [
        ("version", None, [3000000, "3.0.2"]),
        ("time", None, [int(NOW) + 1, 500_000]),
        ("hypervisor", ["fake", "bogus"], {"fake": None, "bogus": "Unknown hypervisor type 'bogus'"}),
        ("hvparms", [["cluster", "fake", {}]], []),
        ("nodelist", [["node1"], {}, []], {}),
        ("node-net-test", [[], []], {}),
        ("instancelist", ["kvm", "fake"], ["web"]),
        ("filelist", [f"{VIRTUAL}{DATA}/hmac.key", f"{VIRTUAL}{DATA}/nosuch"],
         {f"{VIRTUAL}{DATA}/hmac.key": hashlib.sha1(b"key\n", usedforsecurity=False).hexdigest()}),
        ("nodesetup", None, []),
        ("oslist", None, []),
        ("client-cert", None, [None, "AB:CD"]),
        ("master-ip", ["node1", "192.0.2.1", []], True),
        ("user-scripts", ["/etc/x"], []),
        ("bridges", ["br0", "br1"], ["br1"]),
        ("vglist", None, {"xenvg": 600}),
        ("lvlist", "xenvg", {}),
        ("drbd-list", None, []),
        ("allowed-file-storage-paths", "node2.example.com", []),
        ("oob-paths", ["/x"], [None]),
        ("file-storage-path", "/nosuch", "Storage path '/nosuch' does not exist"),
    ],
)  # fmt: skip
def test_answers(key: str, asked: object, told: object) -> None:
    """What is asked, and nothing else."""
    assert verify({key: asked}) == {key: told}


def test_the_hypervisor_tells_memory() -> None:
    """As in a query of nodes."""
    assert verify({"hvinfo": "fake"})["hvinfo"]["memory_free"] == 772


def test_what_is_not_known_or_not_wrong_is_left_out() -> None:
    """Questions that do not concern the node, and those of later versions."""
    assert verify({"allowed-file-storage-paths": "node1.example.com", "of-later": None}) == {}
    assert verify({"nonvmnodes": ["node2.example.com"], "instancelist": ["kvm"], "bridges": [], "nodesetup": None}) == {
        "nodesetup": []
    }
    assert verify({"version": None}, "node_verify_light") == {"version": [3000000, "3.0.2"]}


def test_disks_that_jobs_have_made_are_told() -> None:
    """Logical volumes with size and state, and the minors in use."""
    node = Asked(NODE)
    for disk in (*drbd_disk()["children"], drbd_disk()):
        node.ask("blockdev_create", disk, disk["size"], "web", True, "", False)
    told = node.ask("node_verify", {"lvlist": "xenvg", "drbd-list": None}, "c", {})[1]
    assert told["drbd-list"] == [3]
    assert told["lvlist"]["xenvg/a.disk0_data"] == ["100.00", False, True]


def test_certificates() -> None:
    """The digest is told; a new certificate has another one."""
    node = Asked(NODE)
    assert node.ask("node_crypto_tokens", [["ssl", "get", None]]) == [True, [["ssl", "AB:CD"]]]
    (((_kind, digest),),) = [node.ask("node_crypto_tokens", [["ssl", "create", {}]])[1]]
    assert digest == node.machine.certificate_digest != "AB:CD"
    answer = node.ask("node_crypto_tokens", [["ssh", "get", None]])
    assert answer == [False, f"{UNEXPECTED}Token type 'ssh' not supported."]


def test_hypervisors_come_with_their_parameters() -> None:
    """Without these the call fails."""
    assert Asked(NODE).ask("node_verify", {"hvinfo": "fake"}, "c", {}) == [False, f"{UNEXPECTED}'fake'"]
