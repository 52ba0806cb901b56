"""What a machine answers: the calls as functions, without a connection."""

import json
from typing import Any, Final

import pytest

from ganeti_lite.simulator.noded import (
    ExternalStorage,
    FileStorage,
    Guest,
    Hardware,
    OperatingSystem,
    PhysicalVolume,
    SimulatedNode,
    VolumeGroup,
)
from ganeti_lite.simulator.noded._calls import CALLS, answer_call

NODE: Final = SimulatedNode(
    name="node1.example.com",
    address="127.18.0.10",
    boot_id="5ac1a4a9-7d35-4b0c-a9e7-1ad2ae7a1a51",
    hardware=Hardware(memory_total=64_000, memory_node=1_000, cpu_total=16, cpu_node=16, cpu_sockets=2),
    guests=(
        Guest("web-1.example.com", "kvm", 4_096, 4, 12.5),
        Guest("web-2.example.com", "kvm", 1_024, 1, is_shut_down=True),
        Guest("db-1.example.com", "xen-pvm", 2_048, 2),
    ),
    volume_groups=(
        VolumeGroup("xenvg", (PhysicalVolume("/dev/sda3", 1_000, 300), PhysicalVolume("/dev/sdb3", 1_000))),
    ),
    file_storages=(FileStorage("/srv/ganeti/file-storage", 10_000, 1_000, 7_000),),
    systems=(
        OperatingSystem("image", "/os/image", "", ("alma9",), (("cache_dir", "where"),), (15, 20)),
        OperatingSystem("old", "/os/old", "it is broken", ("gone",)),
    ),
    external_storages=(
        ExternalStorage("san", "/ext/san", parameters=(("tier", "gold"),)),
        ExternalStorage("x", "/x", "bad"),
    ),
    exports=("web-2.example.com", "db-1.example.com"),
    master_name="node1.example.com",
)
NOW: Final = 1_795_375_800.0
KVM: Final = {"memory_total": 64_000, "memory_dom0": 1_000, "memory_free": 56_856, "cpu_total": 16, "cpu_dom0": 16,
              "cpu_nodes": 1, "cpu_sockets": 2, "hv_version": [7, 2, 17]}  # fmt: skip
WEB_1: Final = {"memory": 4_096, "vcpus": 4, "state": 0, "time": 12.5}
WEB_2: Final = {"memory": 1_024, "vcpus": 1, "state": 1, "time": 0.0}
FIELDS: Final = ["name", "size", "used", "free", "allocatable"]


def ask(call: str, arguments: object) -> Any:
    """``[success, payload]`` as a client reads it."""
    return json.loads(answer_call(NODE, call, json.dumps(arguments).encode(), NOW).result.to_body())


@pytest.mark.parametrize(
    ("call", "arguments", "payload"),
    [
        ("version", [], 3000000),
        ("master_node_name", [], "node1.example.com"),
        ("node_info", [[], []], [NODE.boot_id, [], []]),
        ("node_info", [None, None], [NODE.boot_id, None, None]),
        ("node_info", [[], [["kvm", {}]]], [NODE.boot_id, [], [KVM]]),
        ("all_instances_info", [["kvm"], {"kvm": {}}], {"web-1.example.com": WEB_1, "web-2.example.com": WEB_2}),
        ("all_instances_info", [["lxc"], {"lxc": {}}], {}),
        ("all_instances_info", [[], {}], {}),
        ("instance_list", [["xen-pvm", "kvm"], {"kvm": {}, "xen-pvm": {}}],
         ["db-1.example.com", "web-1.example.com", "web-2.example.com"]),
        ("instance_info", ["web-1.example.com", "kvm", {}], WEB_1),
        ("instance_info", ["web-1.example.com", "lxc", {}], {}),
        ("instance_info", ["nosuch", "kvm", {}], {}),
        ("instance_console_info", {}, {}),
        ("export_list", {}, ["db-1.example.com", "web-2.example.com"]),
        ("os_diagnose", [], [
            ["image", "/os/image", True, "", ["alma9"], [["cache_dir", "where"]], [15, 20], True],
            ["old", "/os/old", False, "it is broken", [], [], [], True],
        ]),
        ("extstorage_diagnose", [], [
            ["san", "/ext/san", True, "", [["tier", "gold"]]], ["x", "/x", False, "bad", []],
        ]),
        ("storage_list", ["file", [["/srv/ganeti/file-storage"]], None, FIELDS],
         [["/srv/ganeti/file-storage", 10_000, 1_000, 7_000, True]]),
        ("storage_list", ["file", [["/nosuch"]], "/srv/ganeti/file-storage", ["free"]], [[7_000]]),
        ("storage_list", ["lvm-vg", [], None, ["name", "free"]], [["xenvg", 1_700]]),
        ("storage_list", ["lvm-pv", [], "/dev/sdb3", ["used", "size"]], [[0, 1_000]]),
    ],
)  # fmt: skip
def test_answers(call: str, arguments: object, payload: object) -> None:
    """Each call's result, as the machine has it."""
    assert ask(call, arguments) == [True, payload]


@pytest.mark.parametrize(
    ("unit", "size", "free"),
    [
        (["lvm-vg", "xenvg", [False]], 2_000, 1_700),
        (["lvm-vg", "nosuch", [False]], None, None),
        (["lvm-pv", "xenvg", [True]], 2, 1),
        (["lvm-pv", "xenvg", [False]], 0, 0),
        (["lvm-pv", "nosuch", [True]], 0, 0),
        (["file", "/srv/ganeti/file-storage", []], 10_000, 7_000),
    ],
)
def test_storage_units(unit: list[object], size: int | None, free: int | None) -> None:
    """Size and free space of a unit; spindles are counted only where storage is exclusive."""
    told = {"type": unit[0], "name": unit[1], "storage_size": size, "storage_free": free}
    assert ask("node_info", [[unit], []]) == [True, [NODE.boot_id, [told], []]]


UNEXPECTED: Final = "Error while executing backend function: "


@pytest.mark.parametrize(
    ("call", "arguments", "message"),
    [
        ("node_info", [[]], "not enough values to unpack (expected 2, got 1)"),
        ("node_info", None, "cannot unpack non-iterable NoneType object"),
        ("node_info", [[["bogus", "x", []]], []], "'bogus'"),
        ("node_info", [[["rbd", "rbd", []]], []], "'rbd'"),
        ("node_info", [[["diskless", "x", []]], []], ""),
        ("node_info", [[["file", "/srv"]], []], "list index out of range"),
        ("node_info", [[["lvm-vg", "xenvg", []]], []],
         "Did not receive the expected number ofstorage parameters: expected 1, received '0'"),
        ("node_info", [[["file", "/nosuch", []]], []],
         "Failed to retrieve file system information about path: /nosuch - No such file or directory"),
        ("node_info", [[], [["bogus", {}]]], "Unknown hypervisor type 'bogus'"),
        ("all_instances_info", [["kvm"]], "not enough values to unpack (expected 2, got 1)"),
        ("all_instances_info", [["kvm"], {}], "'kvm'"),
        ("all_instances_info", [["bogus"], {"bogus": {}}], "Unknown hypervisor type 'bogus'"),
        ("instance_console_info", {"x": {}}, "'instance'"),
        ("storage_list", ["diskless", [], None, []], "Unknown storage type: 'diskless'"),
        ("storage_list", ["file", [["/nosuch"]], None, []], "[Errno 2] No such file or directory: '/nosuch'"),
        ("storage_list", ["lvm-vg", [], None, ["type"]], "Unknown field: 'type'"),
    ],
)  # fmt: skip
def test_wrong_arguments(call: str, arguments: object, message: str) -> None:
    """They fail with the text that the real daemon has for them."""
    assert ask(call, arguments) == [False, UNEXPECTED + message]


@pytest.mark.parametrize("body", [b"", b"[", b"\xff"])
def test_bodies_that_are_not_json(body: bytes) -> None:
    """They fail the call, not the connection."""
    assert str(answer_call(NODE, "node_info", body, NOW).result.payload).startswith(UNEXPECTED)


def test_a_node_without_a_place_for_exports() -> None:
    """That is an error of its own, not an empty list."""
    bare = SimulatedNode("n", "127.18.0.10", "b", NODE.hardware)
    assert answer_call(bare, "export_list", b"[]", NOW).result.to_body() == b'[false, "No exports directory"]\n'


@pytest.mark.parametrize("call", CALLS)
def test_every_call_survives_any_argument(call: str) -> None:
    """Whatever JSON comes, there is an answer."""
    odd: list[Any] = [None, 0, "", [], {}, [[]], [None, None], [[5], [5]], {"x": 5}, ["a", "b", "c", "d"]]
    for arguments in odd:
        assert ask(call, arguments)[0] in (True, False)


def test_answers_are_ascii() -> None:
    """Other characters are escaped, as the real daemon does."""
    node = NODE.start(Guest("b\u00fccher", "lxc", 1, 1))
    assert (
        answer_call(node, "instance_list", b'[["lxc"], {"lxc": {}}]', NOW).result.to_body()
        == b'[true, ["b\\u00fccher"]]\n'
    )
