"""Simulated node daemons beside the real ones, asked what jobs ask: one story, told to both, answered alike.

The story leaves a node as it was: what it does to the node's files is undone.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.simulator.noded import OperatingSystem
from ganeti_lite.simulator.root import write_config
from tests.simulator.noded.client import format_request, parse_answer
from tests.simulator.noded.objects import DIRECTORY, file_disk, make_instance, plain_disk
from tests.simulator.noded.serving import Serving, serving

from .isolated import PROJECT
from .reference_cluster import ReferenceCluster, node_name

pytestmark = pytest.mark.interop

NODE: Final = 2
"""Not the master, whose files are its other daemons'."""

QUEUE: Final = "/###-VIRTUAL-PATH-###,/var/lib/ganeti/queue"
DATA: Final = "/###-VIRTUAL-PATH-###,/var/lib/ganeti"
SCRATCH: Final = "scratch-of-tests"
DISK: Final = file_disk(f"{SCRATCH}/a.disk0", 8)
MISSING_DISK: Final = file_disk(f"{SCRATCH}/nosuch", 8)
MOVED_DISK: Final = file_disk(f"{SCRATCH}/b", 8)
INSTANCE: Final = make_instance("scratch.example.com", (DISK,))
DISKLESS: Final = make_instance("scratch.example.com")
WITHOUT_DISK: Final = make_instance("scratch.example.com", (MISSING_DISK,))
REASON: Final[list[object]] = []
OWNERS: Final = ["gnt-masterd", "gnt-daemons"]

Story = Sequence[tuple[str, object]]

QUEUE_STORY: Final[Story] = (
    ("jobqueue_update", [f"{QUEUE}/job-900001", [0, '{"id": 900001}']]),
    ("jobqueue_update", [f"{QUEUE}/job-900001", [2, ""]]),
    ("jobqueue_update", [f"{QUEUE}/job-900001", "text"]),
    ("jobqueue_update", ["/var/lib/ganeti/queue/job-1", [0, ""]]),
    ("jobqueue_update", ["relative", [0, ""]]),
    ("jobqueue_update", [f"{DATA}/config.data", [0, ""]]),
    ("jobqueue_rename", [[[f"{QUEUE}/job-900001", f"{QUEUE}/archive/90/job-900001"]]]),
    ("jobqueue_rename", [[[f"{QUEUE}/job-900001", f"{QUEUE}/archive/90/job-900001"]]]),
    ("jobqueue_rename", [[[f"{QUEUE}/job-900001", f"{DATA}/job-900001"]]]),
    ("jobqueue_set_drain_flag", [True]),
    ("jobqueue_set_drain_flag", [True]),
    ("jobqueue_set_drain_flag", [False]),
    ("jobqueue_set_drain_flag", [False]),
)

FILE_STORY: Final[Story] = (
    ("upload_file_single", [f"{DATA}/spice.pem", [0, "text"], 0o100640, *OWNERS, 1795376184, 1795376184]),
    ("upload_file", [[f"{DATA}/spice.pem", [0, "text"], None, *OWNERS, None, None]]),
    ("upload_file_single", [f"{DATA}/server.pem", [0, ""], 0o640, *OWNERS, None, None]),
    ("upload_file_single", [f"{DATA}/spice.pem", [0, ""], 0o640, "nosuch", "gnt-daemons", None, None]),
    ("upload_file_single", [f"{DATA}/spice.pem", [0, ""], 0o640, "gnt-masterd", "nosuch", None, None]),
    ("upload_file_single", [f"{DATA}/spice.pem", [0, ""], 0o640, 0, 0, None, None]),
    ("upload_file_single", [f"{DATA}/spice.pem", [2, ""], 0o640, *OWNERS, None, None]),
    ("upload_file_single", ["/var/lib/ganeti/spice.pem", [0, ""], 0o640, *OWNERS, None, None]),
    ("write_ssconf_files", [{"bogus": ["x"]}]),
    ("node_verify", [{"filelist": [f"{DATA}/spice.pem", f"{DATA}/nosuch"]}, "cluster.example.com", {}]),
)

NODE_STORY: Final[Story] = (
    ("set_watcher_pause", [4_000_000_000.5]),
    ("get_watcher_pause", []),
    ("set_watcher_pause", [None]),
    ("get_watcher_pause", []),
    ("set_watcher_pause", ["x"]),
    ("test_delay", [0.01]),
    ("test_delay", [-1]),
    ("test_delay", ["x"]),
    ("bridges_exist", [["nosuch0", "nosuch1"]]),
    ("node_has_ip_address", ["203.0.113.1"]),
    ("node_crypto_tokens", [[["ssh", "get", None]]]),
    ("hypervisor_validate_params", ["fake", {"migration_mode": "live"}]),
    ("hypervisor_validate_params", ["bogus", {}]),
    ("os_validate", [True, "noop", ["parameters"], {}, False]),
    ("os_validate", [True, "noop", ["bogus"], {}, False]),
    ("os_validate", [True, "noop+variant", ["parameters"], {}, False]),
    ("os_validate", [True, "noop+variant", ["parameters"], {}, True]),
    ("os_validate", [True, "nosuch", ["parameters"], {}, False]),
    ("os_validate", [False, "nosuch", ["parameters"], {}, False]),
    ("hooks_runner", ["instance-add", "pre", {"PATH": "/bin"}]),
    ("hooks_runner", ["instance-add", "bogus", {"PATH": "/bin"}]),
    ("iallocator_runner", ["nosuch", "{}", {}]),
    ("node_verify_light", [{"version": None}, "cluster.example.com", {}]),
    ("node_verify", [{"instancelist": ["fake"], "hypervisor": ["fake"], "hvparms": [], "version": None, "vglist": None,
                      "user-scripts": []}, "cluster.example.com", {"fake": {"migration_mode": "live"}}]),
    ("node_verify", [{"hypervisor": ["fake"]}, "cluster.example.com", {}]),
)  # fmt: skip

DISK_STORY: Final[Story] = (
    ("blockdev_create", [DISK, 8, "scratch.example.com", True, "note", False]),
    ("file_storage_dir_remove", [f"{DIRECTORY}/{SCRATCH}"]),
    ("file_storage_dir_create", [f"{DIRECTORY}/{SCRATCH}"]),
    ("file_storage_dir_create", [f"{DIRECTORY}/{SCRATCH}"]),
    ("blockdev_find", [DISK]),
    ("blockdev_create", [DISK, 8, "scratch.example.com", True, "note", False]),
    ("blockdev_create", [DISK, 8, "scratch.example.com", True, "note", False]),
    ("blockdev_create", [plain_disk(), 8, "scratch.example.com", True, "note", False]),
    ("blockdev_create", [DISK | {"zzz": 1}, 8, "scratch.example.com", True, "note", False]),
    ("blockdev_find", [DISK]),
    ("blockdev_find", [plain_disk()]),
    ("blockdev_getdimensions", [[DISK, MISSING_DISK]]),
    ("blockdev_getmirrorstatus", [[DISK]]),
    ("blockdev_getmirrorstatus", [[MISSING_DISK]]),
    ("blockdev_getmirrorstatus_multi", [[DISK, MISSING_DISK]]),
    ("blockdev_assemble", [DISK, INSTANCE, True, 0]),
    ("blockdev_assemble", [DISK, INSTANCE, False, 0]),
    ("blockdev_assemble", [MISSING_DISK, INSTANCE, True, 0]),
    ("blockdev_setinfo", [DISK, "note"]),
    ("blockdev_setinfo", [MISSING_DISK, "note"]),
    ("blockdev_close", ["scratch.example.com", [DISK]]),
    ("blockdev_close", ["scratch.example.com", [MISSING_DISK]]),
    ("blockdev_open", ["scratch.example.com", [DISK], True]),
    ("blockdev_open", ["scratch.example.com", [MISSING_DISK], True]),
    ("blockdev_pause_resume_sync", [[DISK, MISSING_DISK], True]),
    ("blockdev_wipe", [DISK, 0, 8]),
    ("blockdev_wipe", [DISK, -1, 8]),
    ("blockdev_wipe", [DISK, 9, 8]),
    ("blockdev_wipe", [DISK, 4, 8]),
    ("blockdev_wipe", [MISSING_DISK, 0, 8]),
    ("blockdev_grow", [DISK, 4, True, True, False]),
    ("blockdev_getdimensions", [[DISK]]),
    ("blockdev_grow", [DISK, 4, False, True, False]),
    ("blockdev_grow", [DISK, 4, False, False, False]),
    ("blockdev_getdimensions", [[DISK]]),
    ("blockdev_grow", [MISSING_DISK, 4, False, True, False]),
    ("blockdev_rename", [[[DISK, ["loop", f"{DIRECTORY}/{SCRATCH}/b"]]]]),
    ("blockdev_find", [DISK]),
    ("blockdev_find", [MOVED_DISK]),
    ("blockdev_rename", [[[MOVED_DISK, DISK["logical_id"]]]]),
    ("blockdev_rename", [[[MISSING_DISK, ["loop", f"{DIRECTORY}/{SCRATCH}/b"]]]]),
    ("file_storage_dir_remove", [f"{DIRECTORY}/{SCRATCH}"]),
    ("file_storage_dir_rename", [f"{DIRECTORY}/{SCRATCH}", DIRECTORY]),
    ("file_storage_dir_rename", [f"{DIRECTORY}/nosuch1", f"{DIRECTORY}/nosuch2"]),
    ("file_storage_dir_rename", [f"{DIRECTORY}/nosuch1", DIRECTORY]),
)

INSTANCE_STORY: Final[Story] = (
    ("instance_start", [WITHOUT_DISK, False, REASON]),
    ("instance_reboot", [INSTANCE, "soft", 120, REASON]),
    ("instance_migratable", [INSTANCE]),
    ("instance_balloon_memory", [INSTANCE, 96]),
    ("instance_shutdown", [INSTANCE, 0, REASON]),
    ("instance_os_add", [INSTANCE, False, 0]),
    ("instance_os_add", [WITHOUT_DISK, False, 0]),
    ("instance_os_add", [INSTANCE | {"os": "nosuch"}, False, 0]),
    ("instance_run_rename", [INSTANCE, "former.example.com", 0]),
    ("instance_run_rename", [INSTANCE | {"os": "nosuch"}, "former.example.com", 0]),
    ("instance_start", [INSTANCE, False, REASON]),
    ("instance_start", [INSTANCE, False, REASON]),
    ("instance_info", ["scratch.example.com", "fake", {"migration_mode": "live"}]),
    ("instance_start", [INSTANCE | {"zzz": 1}, False, REASON]),
    ("instance_start", [INSTANCE | {"hypervisor": "bogus"}, False, REASON]),
    ("instance_balloon_memory", [INSTANCE, 96]),
    ("instance_info", ["scratch.example.com", "fake", {"migration_mode": "live"}]),
    ("instance_reboot", [INSTANCE, "bogus", 120, REASON]),
    ("instance_reboot", [INSTANCE, "soft", 120, REASON]),
    ("instance_info", ["scratch.example.com", "fake", {"migration_mode": "live"}]),
    ("instance_reboot", [INSTANCE, "hard", 120, REASON]),
    ("instance_info", ["scratch.example.com", "fake", {"migration_mode": "live"}]),
    ("instance_migratable", [INSTANCE]),
    ("migration_info", [INSTANCE]),
    ("accept_instance", [INSTANCE, "", "192.0.2.11"]),
    ("instance_migrate", ["cluster.example.com", INSTANCE, "192.0.2.12", True]),
    ("instance_get_migration_status", [INSTANCE]),
    ("instance_finalize_migration_src", [INSTANCE, False, True]),
    ("instance_list", [["fake"], {"fake": {}}]),
    ("instance_finalize_migration_src", [INSTANCE, True, True]),
    ("instance_list", [["fake"], {"fake": {}}]),
    ("instance_finalize_migration_dst", [INSTANCE, "", True]),
    ("instance_list", [["fake"], {"fake": {}}]),
    ("instance_shutdown", [INSTANCE, 0, REASON]),
    ("instance_list", [["fake"], {"fake": {}}]),
    ("blockdev_shutdown", [DISK]),
    ("blockdev_shutdown", [MISSING_DISK]),
    ("blockdev_remove", [DISK]),
    ("blockdev_remove", [DISK]),
    ("blockdev_remove", [plain_disk()]),
    ("file_storage_dir_rename", [f"{DIRECTORY}/{SCRATCH}", f"{DIRECTORY}/{SCRATCH}2"]),
    ("file_storage_dir_remove", [f"{DIRECTORY}/{SCRATCH}2"]),
    ("file_storage_dir_remove", [f"{DIRECTORY}/{SCRATCH}2"]),
)

STORY: Final[Story] = (*QUEUE_STORY, *FILE_STORY, *NODE_STORY, *DISK_STORY, *INSTANCE_STORY)


@pytest.fixture(scope="module")
def simulated(reference: ReferenceCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Simulated daemons for the reference cluster's configuration; on the node nothing runs that does not really."""
    config = json.loads(reference.config.read_bytes())
    for index, node in enumerate(config["nodes"].values()):
        node["primary_ip"] = node["secondary_ip"] = f"127.18.0.{10 + index}"
    paths = write_config(tmp_path_factory.mktemp("simulated") / reference.hostname, config)
    with serving(paths) as served:
        noop = OperatingSystem("noop", "/usr/share/ganeti/os/noop", api_versions=(5, 10))
        served.run(
            lambda: served.daemons.change(
                node_name(NODE),
                lambda machine: evolve(machine, systems=(noop,), guests=(), volume_groups=(), bridges=frozenset()),
            )
        )
        yield served


@pytest.fixture(scope="module")
def real_answers(reference: ReferenceCluster) -> Iterator[Sequence[Any]]:
    """What the real node daemon answers; nothing of the story's is left afterwards."""
    config = json.loads(reference.config.read_bytes())
    (address,) = (node["primary_ip"] for node in config["nodes"].values() if node["name"] == node_name(NODE))
    root = reference.node_root(NODE)
    guests = running_before(reference, address)
    requests = json.dumps([format_request(call, arguments).decode("ascii") for call, arguments in STORY])
    certificate = root / "var/lib/ganeti/spice.pem"
    try:
        with kept(certificate):
            answers = exchange(reference, address, requests)
            yield [without(each, root, guests) for each in answers]
    finally:
        (root / "var/lib/ganeti/queue/archive/90/job-900001").unlink(missing_ok=True)


@contextmanager
def kept(path: Path) -> Iterator[None]:
    """What is at *path* is there again after the block, the same file or none."""
    other = path.with_name(f"{path.name}.kept")
    if path.exists():
        os.link(path, other)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        if other.exists():
            other.rename(path)


def exchange(reference: ReferenceCluster, address: str, requests: str) -> list[Any]:
    """The bodies of the real answers."""
    command = ["env", f"PYTHONPATH={PROJECT}", sys.executable, "-m", "tests.interop.node_exchange"]
    answers = json.loads(reference.demand(*command, address, requests))
    return [parse_answer(each.encode("latin-1")).body.decode("ascii") for each in answers]


def running_before(reference: ReferenceCluster, address: str) -> list[str]:
    """The instances that the reference cluster itself has there."""
    request = format_request("instance_list", [["fake"], {"fake": {}}]).decode("ascii")
    (answer,) = exchange(reference, address, json.dumps([request]))
    return [str(name) for name in json.loads(answer)[1]]


def without(answer: str, root: Path, guests: Sequence[str]) -> Any:
    """An answer with a common name for the node's root, and without the instances that were there before."""
    value = json.loads(answer.replace(str(root), "ROOT"))
    return [value[0], drop(value[1], guests)]


def drop(value: Any, guests: Sequence[str]) -> Any:
    """A value without these names in its lists, and with CPU times that depend on nothing."""
    if isinstance(value, list):
        return [drop(each, guests) for each in value if not (isinstance(each, str) and each in guests)]
    if isinstance(value, dict):
        return {key: "number" if key == "time" else drop(each, guests) for key, each in value.items()}
    return value


def test_the_story_is_answered_alike(real_answers: Sequence[Any], simulated: Serving) -> None:
    """To the letter, errors included; what a call has changed shows in the answers after it."""
    machine = simulated.machine(node_name(NODE))
    answers = [
        parse_answer(simulated.client.exchange(machine.address, format_request(call, arguments))).body.decode("ascii")
        for call, arguments in STORY
    ]
    ours = [without(each, Path(machine.files.root), ()) for each in answers]
    differences = [
        f"{call} {json.dumps(arguments)}\n  ours: {one}\n  real: {other}"
        for (call, arguments), one, other in zip(STORY, ours, real_answers, strict=True)
        if one != other
    ]
    assert not differences, "\n".join(differences)
