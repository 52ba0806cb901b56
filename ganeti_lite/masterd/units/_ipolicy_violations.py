"""What instances an instance policy lets through.

Source: what Ganeti 3.0 says of instances that are made, changed, or left behind by a change of the policy.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import (
    ClusterSnapshot,
    Instance,
    NodeGroup,
    Params,
    fill_beparams,
    fill_ipolicy,
)

from ._instances import has_exclusive_storage

Limit: TypeAlias = int | None
"""A number that a policy may limit; None where it is not known, or does not matter."""


@frozen
class Demand:
    """What an instance takes.

    :ivar memory: in MiB, at most.
    :ivar disk_sizes: in MiB, of each disk; ``templates`` what each is.
    """

    memory: Limit
    cpus: Limit
    nics: Limit
    spindle_use: Limit
    disk_sizes: tuple[Limit, ...]
    templates: tuple[str, ...]


def find_demand(instance: Instance, snapshot: ClusterSnapshot) -> Demand:
    """What an instance that is there takes; with exclusive storage, the spindles that its disks have."""
    beparams: Mapping[str, Any] = fill_beparams(snapshot.cluster, instance.beparams) or {}
    disks = snapshot.disks_of(instance) or ()
    spindles: Limit = beparams.get("spindle_use")
    nodes = (instance.primary_node, *(snapshot.secondary_nodes_of(instance) or ()))
    if has_exclusive_storage(filter(None, nodes), snapshot):
        counts = [disk.spindles for disk in disks]
        spindles = None if None in counts else sum(count or 0 for count in counts)
    return Demand(
        memory=beparams.get("maxmem"),
        cpus=beparams.get("vcpus"),
        nics=len(instance.nics),
        spindle_use=spindles,
        disk_sizes=tuple(disk.size for disk in disks),
        templates=tuple(str(disk.dev_type) for disk in disks),
    )


def list_violations(policy: Mapping[str, Any], demand: Demand) -> list[str]:
    """Why a complete policy does not let an instance through; empty if it does.

    Of several ranges, the one counts that least is wrong with.
    """
    allowed = policy.get("disk-templates", ())
    wrong = set(demand.templates or ("diskless",)).difference(allowed)
    names = ", ".join(sorted(allowed))
    texts = [f"Disk template {', '.join(sorted(wrong))} is not allowed (allowed templates: {names})"] if wrong else []
    per_range = [list(_list_out_of_range(limits, demand)) for limits in policy.get("minmax", ())]
    return texts + min(per_range, key=len, default=[])


def _list_out_of_range(limits: Mapping[str, Mapping[str, int]], demand: Demand) -> Iterator[str]:
    for name, label, value in _list_values(demand):
        if value is None:
            continue
        least, most = limits["min"].get(name, value), limits["max"].get(name, value)
        if not least <= value <= most:
            yield f"{label} value {value} is not in range [{least}, {most}]"


def _list_values(demand: Demand) -> Iterator[tuple[str, str, Limit]]:
    """Limit, how it is called, value."""
    yield "memory-size", "memory-size", demand.memory
    yield "cpu-count", "cpu-count", demand.cpus
    yield "nic-count", "nic-count", demand.nics
    yield "spindle-use", "spindle-use", demand.spindle_use
    for index, size in enumerate(demand.disk_sizes):
        yield "disk-size", f"disk-size/{index}", size
    if demand.disk_sizes:
        yield "disk-count", "disk-count", len(demand.disk_sizes)


def list_new_violators(
    before: Params, after: Params, instances: Iterable[Instance], snapshot: ClusterSnapshot
) -> list[str]:
    """Names of the instances that the policy *after* a change does not let through, but the one *before* did."""
    demands = [(instance.name or "", find_demand(instance, snapshot)) for instance in instances]
    return [name for name, demand in demands if list_violations(after, demand) and not list_violations(before, demand)]


def check_allocation(group: NodeGroup, demand: Demand, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if the policy of a group does not let an instance in."""
    if texts := list_violations(fill_ipolicy(snapshot.cluster, group), demand):
        place = f"{group.uuid} ({group.name})"
        raise OpPrereqError(f"Instance allocation to group {place} violates policy: {', '.join(texts)}")
