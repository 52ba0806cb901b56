"""Instances, and nodes on which orders about them succeed."""

from typing import Any, Final

from attrs import evolve

from ganeti_lite.masterd.units.instance import InstanceCreate, InstanceSetParams
from ganeti_lite.snapshot import ClusterSnapshot, Instance
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import MAIL, NEW, SNAPSHOT, WEB
from tests.masterd.units.scripted import Answer, Run, run

ROOM: Final = ["boot", None, [{"memory_free": 1024}]]
RUNS: Final = {"memory": 512, "vcpus": 1, "state": 0, "time": 0}
SHUT_BY_USER: Final = {**RUNS, "state": 1}
DEVICE: Final = ["/dev/it", "/run/it", None]

BROKEN: Final = RpcFailure("broken")

STARTS: Final[dict[str, Answer]] = {
    "instance_info": {},
    "node_info": ROOM,
    "blockdev_assemble": DEVICE,
    "blockdev_shutdown": None,
    "instance_start": None,
    "instance_shutdown": None,
}
"""What nodes say that start and stop it."""


def lock_of(name: str) -> dict[str, object]:
    """What an order locks that needs the instance of that name alone."""
    return {"instance": ("exclusive", [f"{name}.example.org"])}


def with_instance(uuid: str, snapshot: ClusterSnapshot = SNAPSHOT, **changed: Any) -> ClusterSnapshot:
    """The cluster with an instance that is a bit different."""
    instance = evolve(snapshot.instances[uuid], **changed)
    return evolve(snapshot, instances=snapshot.instances.replaced({uuid: instance}))


def with_user_shutdown() -> ClusterSnapshot:
    """The cluster with mail, which its user may shut down."""
    return with_instance(MAIL, hvparams={"user_shutdown": True})


GENEROUS: Final = {
    "minmax": (
        {
            "min": dict.fromkeys(
                ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), 0
            ),
            "max": dict.fromkeys(
                ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use"), 10000
            ),
        },
    ),
    "disk-templates": ("diskless", "file", "sharedfile"),
}


def with_cluster(**changed: Any) -> ClusterSnapshot:
    """The configuration with other settings of the cluster."""
    return evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, **changed))


PLACE: Final = with_cluster(
    ipolicy={**SNAPSHOT.cluster.ipolicy, **GENEROUS},
    enabled_hypervisors=("xen-pvm", "kvm", "fake"),
    prealloc_wipe_disks=False,
)
"""A cluster that lets anything in."""

CREATES: Final[dict[str, Answer]] = {
    "hypervisor_validate_params": None,
    "os_validate": True,
    "os_diagnose": [["noop", "/os", True, "", [], [], [20], True]],
    "bridges_exist": None,
    "node_info": ["boot", None, [{"memory_free": 1024}]],
    "file_storage_dir_create": None,
    "blockdev_create": None,
    "blockdev_getmirrorstatus": [],
    "instance_os_add": None,
    "instance_metadata_modify": None,
    "instance_start": None,
}
"""What a node says that takes a new one."""

BASE: Final[dict[str, Any]] = {
    "instance_name": "new.example.org",
    "mode": "create",
    "disk_template": "diskless",
    "disks": [],
    "nics": [],
    "os_type": "noop",
    "pnode": "node2",
    "hypervisor": "fake",
    "name_check": False,
    "ip_check": False,
    "start": False,
}
"""What the usual new one is to be."""


def other_bytes(count: int, state: list[int] = [0]) -> bytes:  # noqa: B006 - counts on from call to call
    """Other bytes at each call."""
    state[0] += 1
    return state[0].to_bytes(count, "big")


def create(snapshot: ClusterSnapshot = PLACE, answers: dict[str, Answer] | None = None, **parameters: Any) -> Run:
    """Make an instance; those *parameters* are other ones than the usual."""
    world = {name: parameters.pop(name) for name in ("hosts", "in_use", "meanwhile") if name in parameters}
    return run(InstanceCreate(other_bytes), snapshot, {**CREATES, **(answers or {})}, **world, **{**BASE, **parameters})


def made(created: Run) -> Instance:
    """The instance that was made."""
    assert created.failure is None
    return created.after.instances[NEW]


MAIL_DISK: Final = "50000006-bbbb-4000-8000-000000000006"
"""The disk of mail."""

DOWN: Final = with_instance(MAIL, PLACE, admin_state="down", disks_active=False)
"""The cluster with mail, which has a file disk, stopped."""

MODIFIES: Final[dict[str, Answer]] = {
    "instance_metadata_modify": None,
    "hypervisor_validate_params": None,
    "os_validate": True,
    "instance_info": {},
    "node_info": ["boot", None, [{"memory_free": 1024, "cpu_total": 4}]],
    "bridges_exist": None,
    "instance_balloon_memory": None,
    "file_storage_dir_create": None,
    "file_storage_dir_remove": None,
    "blockdev_create": None,
    "blockdev_remove": None,
    "blockdev_shutdown": None,
    "blockdev_getmirrorstatus": [],
}
"""What nodes say that take every change."""


def modify(
    name: str, snapshot: ClusterSnapshot = PLACE, answers: dict[str, Answer] | None = None, **parameters: Any
) -> Run:
    """Change the instance of that name, with no regard to policies unless something is said of them."""
    given = {"ignore_ipolicy": True, **parameters}
    return run(
        InstanceSetParams(other_bytes), snapshot, {**MODIFIES, **(answers or {})}, instance_name=name, **given
    )  # fmt: skip


def changed_web(done: Run) -> Instance:
    """The instance web afterwards."""
    assert done.failure is None
    return done.after.instances[WEB]
