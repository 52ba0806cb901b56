"""What becomes of opcodes when a node fails in the middle of them."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ._chapter import Correction, Opcode, op

NODE: Final = "weak.example.com"
GUEST: Final = "guest.example.com"
OTHER: Final = "other.example.com"
PAIRED: Final = "paired.example.com"
CROSSED: Final = "crossed.example.com"
"""Instances that are there from the start, with the node as the first one's secondary and the other one's primary."""

BOUND: Final = "bound.example.com"
"""An instance that is there from the start, of a hypervisor that binds it to CPUs."""

ALIAS: Final = "alias.example.com"
"""A name that the resolver knows as that of another host."""

ALLOCATORS: Final[Mapping[str, str]] = {
    "crowded": '{"success": true, "info": "", "result": ["node1.example.com", "node2.example.com"]}',
    "flat": '{"success": true, "info": "", "result": "node1.example.com"}',
    "garbled": "no JSON",
    "listing": "[]",
    "mute": "",
    "obsolete": '{"success": true, "info": "", "nodes": ["nosuch.example.com"]}',
    "partial": '{"success": true, "info": ""}',
    "refusing": '{"success": false, "info": "no room", "result": []}',
    "strange": '{"success": true, "info": "", "result": ["nosuch.example.com"]}',
}
"""Allocators by name: what each prints, whatever it is asked."""

OUT_OF_ORDER: Final = "error:out of order"


@frozen
class Step:
    """An opcode, and what the node does wrong meanwhile.

    :ivar faults: each as CALL=FAULT[:VALUE].
    :ivar correction: if it ends otherwise with us than with Ganeti.
    """

    opcode: Opcode
    faults: tuple[str, ...] = ()
    correction: Correction | None = None


def _failing(opcode: Opcode, *calls: str) -> Step:
    """While each of these calls to the node fails."""
    return Step(opcode, tuple(f"{call}={OUT_OF_ORDER}" for call in calls))


def _corrected(opcode: Opcode, call: str, *, ganeti: str, ours: str) -> Step:
    """Likewise for one call; the ends, see :class:`Correction`."""
    return Step(opcode, (f"{call}={OUT_OF_ORDER}",), Correction(opcode, ganeti, ours))


def _wrong(opcode: Opcode, call: str) -> Step:
    """While a call to the node returns values of other types than it should."""
    return Step(opcode, (f"{call}=wrong-types",))


def _guest(name: str, **parameters: Any) -> Opcode:
    return op(f"INSTANCE_{name}", instance_name=GUEST, **parameters)


def _create(**parameters: Any) -> Opcode:
    given: dict[str, Any] = {
        "mode": "create",
        "disk_template": "file",
        "disks": [{"size": 4}, {"size": 4}],
        "nics": [],
        "pnode": NODE,
        "os_type": "noop",
        "name_check": False,
        "ip_check": False,
        "beparams": {"memory": 64, "vcpus": 1},
    }
    left = {key: value for key, value in (given | parameters).items() if value is not ...}
    return _guest("CREATE", **left)


def _diskless(**parameters: Any) -> Opcode:
    return _create(disk_template="diskless", disks=[], start=False, **parameters)


def _reboot(kind: str) -> Opcode:
    return _guest("REBOOT", reboot_type=kind, shutdown_timeout=0)


def _modify(**parameters: Any) -> Opcode:
    return _guest("SET_PARAMS", **parameters)


def _change(instance: str, **parameters: Any) -> Opcode:
    return op("INSTANCE_SET_PARAMS", instance_name=instance, **parameters)


def _node(**parameters: Any) -> Opcode:
    return op("NODE_SET_PARAMS", node_name=NODE, **parameters)


def _cluster(**parameters: Any) -> Opcode:
    return op("CLUSTER_SET_PARAMS", **parameters)


_BRIDGED: Final = [{"mode": "bridged", "link": "nosuch0"}]
_ALLOCATED: Final = _diskless(pnode=..., iallocator="hail")

_REMOVE: Final = Step(_guest("REMOVE", shutdown_timeout=0))

CREATION: Final = (
    _failing(_create(), "node_info"),
    _wrong(_create(), "node_info"),
    _corrected(_diskless(), "os_diagnose", ganeti="OpExecError", ours="success"),
    _REMOVE,
    _corrected(_create(), "os_diagnose", ganeti="OpExecError", ours="OpExecError"),
    Step(_REMOVE.opcode, correction=Correction(_REMOVE.opcode, "success", "OpPrereqError")),
    _failing(_create(), "os_validate"),
    _failing(_create(), "hypervisor_validate_params"),
    _failing(_create(), "blockdev_create"),
    _failing(_create(), "file_storage_dir_create"),
    _failing(_create(), "blockdev_create", "blockdev_remove"),
    _failing(_diskless(nics=_BRIDGED), "bridges_exist"),
    _failing(_ALLOCATED, "node_info"),
    _failing(_ALLOCATED, "all_instances_info"),
    _wrong(_ALLOCATED, "node_info"),
    _wrong(_ALLOCATED, "all_instances_info"),
    *(Step(_diskless(pnode=..., iallocator=name)) for name in ALLOCATORS),
    Step({**_diskless(name_check=True), "instance_name": ALIAS}),
    *(
        step
        for call in ("blockdev_assemble", "instance_os_add", "instance_start")
        for step in (_failing(_create(), call), _REMOVE)
    ),
    _failing(_create(start=False), "hooks_runner"),
    _REMOVE,
)

POWER: Final = (
    Step(_create(start=False)),
    *(
        _failing(_guest("STARTUP"), call)
        for call in ("instance_info", "node_info", "hypervisor_validate_params", "blockdev_assemble", "instance_start")
    ),
    _wrong(_guest("STARTUP"), "node_info"),
    _failing(_guest("STARTUP", force=True), "blockdev_assemble"),
    Step(_guest("STARTUP")),
    *(_failing(_reboot(kind), "instance_info") for kind in ("soft", "full")),
    *(_failing(_reboot(kind), "instance_reboot") for kind in ("soft", "hard")),
    *(_failing(_reboot("full"), call) for call in ("instance_shutdown", "instance_start", "blockdev_shutdown")),
    Step(_guest("STARTUP")),
    _failing(_guest("SHUTDOWN", timeout=0), "instance_shutdown"),
    Step(_guest("STARTUP")),
    _failing(_guest("SHUTDOWN", timeout=0), "blockdev_shutdown"),
    _failing(_guest("SHUTDOWN", timeout=0, ignore_offline_nodes=True), "instance_shutdown"),
    _failing(_guest("ACTIVATE_DISKS"), "blockdev_assemble"),
    Step(_guest("ACTIVATE_DISKS")),
    _failing(_guest("DEACTIVATE_DISKS"), "instance_list"),
    _failing(_guest("DEACTIVATE_DISKS"), "all_instances_info"),
    _failing(_guest("DEACTIVATE_DISKS"), "instance_info"),
    _failing(_guest("DEACTIVATE_DISKS"), "blockdev_shutdown"),
    _failing(_guest("DEACTIVATE_DISKS", force=True), "blockdev_shutdown"),
    Step(_guest("DEACTIVATE_DISKS")),
    *(
        _failing(_guest("REINSTALL"), call)
        for call in ("instance_info", "os_diagnose", "os_validate", "blockdev_assemble")
    ),
    _failing(_guest("REINSTALL"), "instance_os_add"),
    _failing(_guest("REINSTALL"), "blockdev_shutdown"),
    _REMOVE,
)

CHANGES: Final = (
    Step(_create()),
    _failing(_modify(beparams={"maxmem": 96}), "instance_info"),
    _failing(_modify(beparams={"maxmem": 112}), "node_info"),
    _wrong(_modify(beparams={"maxmem": 128}), "node_info"),
    _wrong(_modify(beparams={"maxmem": 144}), "instance_info"),
    Step(_modify(beparams={"minmem": 64, "maxmem": 128})),
    _failing(_modify(runtime_mem=80), "instance_balloon_memory"),
    _failing(_modify(runtime_mem=80), "instance_info"),
    _failing(_change(PAIRED, beparams={"maxmem": 512}), "node_info"),
    _wrong(_change(PAIRED, beparams={"maxmem": 640}), "node_info"),
    Step(_change(CROSSED, beparams={"maxmem": 40_000}, ignore_ipolicy=True)),
    _failing(_change(BOUND, hvparams={"cpu_mask": "0"}), "node_info"),
    _wrong(_change(BOUND, hvparams={"cpu_mask": "0"}), "node_info"),
    Step(_change(BOUND, hvparams={"cpu_mask": "0,4000"})),
    Step(_change(BOUND, hvparams={"cpu_mask": "0:1:2"})),
    _failing(_modify(hvparams={"migration_mode": "live"}), "hypervisor_validate_params"),
    _failing(_modify(osparams={"size": "7"}), "os_validate"),
    _failing(_modify(os_name="noop"), "os_diagnose"),
    _failing(_modify(nics=[["add", -1, _BRIDGED[0]]]), "bridges_exist"),
    _failing(_modify(disks=[["add", -1, {"size": 4}]]), "blockdev_create"),
    _failing(_modify(disks=[["add", -1, {"size": 4}]]), "file_storage_dir_create"),
    _failing(_modify(disks=[["add", -1, {"size": 4}]]), "blockdev_assemble"),
    _failing(_modify(offline=True), "instance_info"),
    Step(_guest("SHUTDOWN", timeout=0)),
    _failing(_modify(disks=[["add", -1, {"size": 4}]]), "blockdev_assemble"),
    _failing(_modify(disks=[["add", -1, {"size": 4}]]), "blockdev_create"),
    _failing(_modify(disks=[["remove", -1, {}]]), "blockdev_shutdown"),
    _failing(_modify(disks=[["remove", -1, {}]]), "blockdev_remove"),
    _failing(_modify(offline=True), "instance_info"),
    _failing(_modify(offline=False), "instance_info"),
    Step(_guest("STARTUP", no_remember=True)),
    Step(_modify(offline=True)),
    Step(_guest("REINSTALL")),
    Step(_guest("DEACTIVATE_DISKS")),
    Step(_guest("RENAME", new_name=OTHER, name_check=False, ip_check=False)),
    Step(_guest("RENAME", new_name=ALIAS, ip_check=False)),
    _REMOVE,
)

QUESTIONS: Final = (
    Step(_create()),
    _failing(op("INSTANCE_QUERY_DATA", instances=[GUEST], use_locking=True, static=False), "blockdev_find"),
    _failing(op("INSTANCE_QUERY_DATA", instances=[GUEST], use_locking=True, static=False), "instance_info"),
    _failing(op("INSTANCE_QUERY_DATA", instances=[GUEST], use_locking=True, static=False), "blockdev_getmirrorstatus"),
    _failing(_guest("CONSOLE"), "instance_info"),
    _failing(_guest("CONSOLE"), "instance_list"),
    _failing(_guest("CONSOLE"), "all_instances_info"),
    _failing(op("OS_DIAGNOSE", output_fields=["name", "valid"], names=[]), "os_diagnose"),
    _failing(op("EXT_STORAGE_DIAGNOSE", output_fields=["name"], names=[]), "extstorage_diagnose"),
    _failing(op("TEST_DELAY", duration=0.01, on_nodes=[NODE]), "test_delay"),
    _REMOVE,
)

SETTINGS: Final = (
    _failing(op("CLUSTER_REDIST_CONF"), "upload_file", "upload_file_single"),
    _failing(op("CLUSTER_REDIST_CONF"), "write_ssconf_files"),
    _failing(op("TAGS_SET", kind="cluster", name=None, tags=["weak"]), "write_ssconf_files"),
    _failing(op("TAGS_DEL", kind="cluster", name=None, tags=["weak"]), "write_ssconf_files"),
    _failing(_cluster(hvparams={"fake": {"migration_mode": "live"}}), "hypervisor_validate_params"),
    _failing(_cluster(enabled_hypervisors=["fake"]), "hypervisor_validate_params"),
    _failing(_cluster(osparams={"noop": {"size": "7"}}), "os_validate"),
    Step(_cluster(drbd_helper="/bin/true")),
    Step(_cluster(vg_name="xenvg")),
)

ROLES: Final = (
    _wrong(_node(drained=False, master_candidate=True), "node_crypto_tokens"),
    Step(_node(master_candidate=False)),
    _failing(_node(drained=False, master_candidate=True), "node_crypto_tokens"),
    Step(_node(master_candidate=True)),
    _failing(_node(master_candidate=False), "node_demote_from_mc"),
    _failing(_node(secondary_ip="198.18.0.97", force=True), "node_has_ip_address"),
    _failing(_node(vm_capable=False), "all_instances_info"),
    _failing(_node(offline=True), "version"),
    _failing(_node(offline=False), "version"),
    Step(_node(offline=False)),
)

_RENAME: Final = _guest("RENAME", new_name=OTHER, name_check=False, ip_check=False)
_RENAME_BACK: Final = Step(op("INSTANCE_RENAME", instance_name=OTHER, new_name=GUEST, name_check=False, ip_check=False))

LEAVING: Final = (
    Step(_create(start=False)),
    _failing(_RENAME, "instance_info"),
    *(
        step
        for call in ("file_storage_dir_rename", "blockdev_assemble", "instance_run_rename", "blockdev_setinfo")
        for step in (_failing(_RENAME, call), _RENAME_BACK)
    ),
    Step(_guest("STARTUP", force=True)),
    _failing(_guest("REMOVE", shutdown_timeout=0), "instance_shutdown"),
    _failing(_guest("REMOVE", shutdown_timeout=0), "blockdev_remove"),
    _failing(_guest("REMOVE", shutdown_timeout=0), "file_storage_dir_remove"),
    _failing(
        _guest("REMOVE", shutdown_timeout=0, ignore_failures=True),
        *("instance_shutdown", "blockdev_shutdown", "blockdev_remove", "file_storage_dir_remove"),
    ),
    Step(op("NODE_REMOVE", node_name=NODE)),
)

STEPS: Final = (*CREATION, *POWER, *CHANGES, *QUESTIONS, *SETTINGS, *ROLES, *LEAVING)
