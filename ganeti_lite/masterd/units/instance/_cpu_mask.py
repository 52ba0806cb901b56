"""CPUs that an instance's virtual ones are bound to: as many as it has, and there.

Source: what Ganeti 3.0 takes.
"""

from collections.abc import Iterable
from typing import Any

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._cpu_syntax import parse_cpu_mask
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.units._instances import URGENT
from ganeti_lite.snapshot import EMPTY, ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure


def check_cpu_count(mask: str, vcpus: int) -> None:
    """Raise OpPrereqError if a mask has several lists, but not one for each of the virtual CPUs."""
    lists = parse_cpu_mask(mask)
    if len(lists) > 1 and len(lists) != vcpus:
        raise OpPrereqError(f"Number of vCPUs [{vcpus}] does not match the CPU mask [{mask}]")


def check_cpus_exist(mask: str, hypervisor: str, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless all *nodes* (UUIDs) have as many CPUs as the highest in a mask needs."""
    lists = parse_cpu_mask(mask)
    if not lists:
        return
    needed = max(lists) + 1
    specs = [None, [[hypervisor, dict(snapshot.cluster.hvparams.get(hypervisor, EMPTY))]]]
    results = yield CallNodes("node_info", dict.fromkeys(nodes, specs), URGENT)
    for uuid, result in results.items():
        _judge(snapshot.nodes[uuid].name, result, needed)


def _judge(name: str, result: Any, needed: int) -> None:
    if isinstance(result, RpcFailure):
        text = f"Cannot get current information from node {name}: {result.reason}"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
    (_, _, (told, *_)) = result.payload
    there = told.get("cpu_total")
    if not isinstance(there, int):
        text = f"Can't compute the number of physical CPUs on node {name}, result was '{there}'"
        raise OpPrereqError(text, ErrorCode.ENVIRONMENT)
    if needed > there:
        text = f"Node {name} has {there} physical CPUs, but {needed} are required"
        raise OpPrereqError(text, ErrorCode.NO_RESOURCES)
