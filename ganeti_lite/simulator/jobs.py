"""Made-up jobs: the history of a busy cluster, as files of its queue.

Opcodes have all of their parameters, as they have in real files once their job has run.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from ._draws import Draws

_EPOCH: Final = 1_760_000_000
"""Seconds since 1970 at which the first job came in."""

_STATUSES: Final = ("success",) * 17 + ("error",) * 2 + ("canceled",)
"""How jobs end; none is left open, since a real job daemon would begin it."""

_ERROR: Final = ["OpExecError", ["Could not start the instance: not enough memory"]]
_MESSAGES: Final = ("checking the nodes", "working on the instance", "waiting for the disks to be ready")
_MICROSECONDS: Final = 10**6

_STATE: Final = {"force": False, "ignore_offline_nodes": False, "no_remember": False, "admin_state_source": "admin"}

_KINDS: Final[dict[str, dict[str, Any]]] = {
    "INSTANCE_STARTUP": {
        "force": False,
        "ignore_offline_nodes": False,
        "hvparams": {},
        "beparams": {},
        "no_remember": False,
        "startup_paused": False,
        "shutdown_timeout": 120,
    },
    "INSTANCE_SHUTDOWN": {**_STATE, "timeout": 120},
    "INSTANCE_REBOOT": {
        "ignore_secondaries": False,
        "reboot_type": "hard",
        "shutdown_timeout": 120,
    },
    "INSTANCE_SET_PARAMS": {
        "force": False,
        "force_variant": False,
        "ignore_ipolicy": False,
        "nics": [],
        "disks": [],
        "beparams": {"maxmem": 2048, "minmem": 2048},
        "runtime_mem": None,
        "hvparams": {},
        "disk_template": None,
        "pnode": None,
        "remote_node": None,
        "os_name": None,
        "osparams": {},
        "osparams_private": None,
        "wait_for_sync": True,
        "offline": None,
        "conflicts_check": True,
        "hotplug": False,
        "hotplug_if_possible": False,
        "instance_communication": None,
    },
    "INSTANCE_CREATE": {
        "force_variant": False,
        "wait_for_sync": True,
        "name_check": True,
        "ignore_ipolicy": False,
        "opportunistic_locking": False,
        "beparams": {"maxmem": 4096, "minmem": 4096, "vcpus": 2},
        "disks": [{"size": 10240}, {"size": 2048}],
        "disk_template": "drbd",
        "file_storage_dir": None,
        "hvparams": {},
        "hypervisor": "kvm",
        "iallocator": "hail",
        "identify_defaults": False,
        "ip_check": True,
        "conflicts_check": True,
        "mode": "create",
        "nics": [{}],
        "no_install": False,
        "osparams": {},
        "os_type": "debootstrap+default",
        "pnode": None,
        "snode": None,
        "source_shutdown_timeout": 120,
        "start": True,
        "forthcoming": False,
        "commit": False,
        "tags": ["prod"],
        "instance_communication": False,
        "helper_startup_timeout": 300,
        "helper_shutdown_timeout": 7200,
    },
}
"""The opcodes that occur, with their parameters."""


def make_jobs(instances: Sequence[str], count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Job files' contents, with ids from 1 on.

    :param instances: names of the instances that the jobs are about.
    """
    draws = Draws(seed, "jobs")
    for job_id in range(1, count + 1):
        received = _EPOCH + 40 * job_id
        opcode = _make_opcode(draws, draws.choice(instances), draws.choice(_STATUSES), received, job_id)
        yield {
            "id": job_id,
            "ops": [opcode],
            "start_timestamp": opcode["start_timestamp"],
            "end_timestamp": opcode["end_timestamp"],
            "received_timestamp": [received, draws.randrange(_MICROSECONDS)],
            "livelock": f"/run/ganeti/livelocks/job_{job_id:06}_{received}",
            "process_id": draws.randrange(1000, 32768),
        }


def _make_opcode(draws: Draws, instance: str, status: str, received: int, job_id: int) -> dict[str, Any]:
    kind = draws.choice(list(_KINDS))
    moments = [[received + offset, draws.randrange(_MICROSECONDS)] for offset in (1, 2, 2 + draws.randrange(1, 30))]
    start, execution, end = moments if status != "canceled" else (None, None, moments[2])
    trail = [["gnt:client:gnt-instance", kind.partition("_")[2].lower(), received * 10**9]]
    trail.append([f"gnt:opcode:{kind.lower()}", f"job={job_id};index=0", received * 10**9])
    log = [[serial, execution, "message", f"* {text}"] for serial, text in enumerate(_MESSAGES, 1)] if execution else []
    return {
        "input": {
            "instance_name": instance,
            **_KINDS[kind],
            "dry_run": False,
            "debug_level": 0,
            "priority": 0,
            "depends": None,
            "comment": None,
            "reason": trail,
            "OP_ID": f"OP_{kind}",
        },
        "status": status,
        "result": _ERROR if status == "error" else None,
        "log": log,
        "start_timestamp": start,
        "exec_timestamp": execution,
        "end_timestamp": end,
        "priority": 0,
    }


def write_job(queue: Path, job: dict[str, Any]) -> None:
    """Put a job's file into the directory *queue*, in place of the one that there may be, as Ganeti does it."""
    path = queue / f"job-{job['id']}"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(json.dumps(job).encode())
    fresh.replace(path)
