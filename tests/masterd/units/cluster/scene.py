"""A cluster whose settings are changed, and nodes that do not mind."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from attrs import asdict, evolve

from ganeti_lite.masterd.units.cluster import ClusterSetParams
from ganeti_lite.snapshot import Cluster, ClusterSnapshot
from tests.masterd.small_cluster import NODE1, NODE2, NODE3, SNAPSHOT
from tests.masterd.units.scripted import Answer, Run, run

VM_NODES: Final = (NODE1, NODE2, NODE3)
"""The nodes that can have instances."""

ANSWERS: Final[Mapping[str, Answer]] = {
    "hypervisor_validate_params": None,
    "node_crypto_tokens": [["ssl", "AB:CD"]],
    "node_ensure_daemon": None,
    "os_validate": True,
}

Refusal: TypeAlias = tuple[ClusterSnapshot, Mapping[str, Answer], Mapping[str, Any], list[Any]]
"""A configuration, answers of nodes, an order's parameters, and the error that it must end with."""


def set_params(
    snapshot: ClusterSnapshot = SNAPSHOT, answers: Mapping[str, Answer] | None = None, **parameters: Any
) -> Run:
    """Carry out an order to change the cluster."""
    return run(ClusterSetParams(), snapshot, {**ANSWERS, **(answers or {})}, **parameters)


def check_refusal(
    snapshot: ClusterSnapshot, answers: Mapping[str, Answer], parameters: Mapping[str, Any], failure: object
) -> None:
    """An order that cannot be fails with that error, and writes nothing."""
    refused = set_params(snapshot, answers, **parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def change_cluster(**parameters: Any) -> Cluster:
    """The cluster after an order that succeeds."""
    return set_params(**parameters).succeeded.cluster


def with_cluster(**changes: Any) -> ClusterSnapshot:
    """The configuration with other settings of the cluster."""
    return evolve(SNAPSHOT, cluster=evolve(SNAPSHOT.cluster, **changes))


NO_LVM: Final = evolve(
    with_cluster(
        enabled_disk_templates=("file",),
        volume_group_name=None,
        drbd_usermode_helper=None,
        ipolicy={**SNAPSHOT.cluster.ipolicy, "disk-templates": ("file",)},
    ),
    disks={},
)
"""The cluster with files alone."""


def list_differences(cluster: Cluster) -> set[str]:
    """The members in which it differs from what it was."""
    before = asdict(SNAPSHOT.cluster, recurse=False)
    return {name for name, value in before.items() if value != getattr(cluster, name)}
