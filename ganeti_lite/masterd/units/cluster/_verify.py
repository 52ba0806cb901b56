"""OP_CLUSTER_VERIFY_CONFIG.

Its result is whether all is well; the opcode succeeds in either case. Faults are lines of the log.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import GanetiError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.units._effects import CheckCertificates, Effects, Tell
from ganeti_lite.masterd.units._hvparams import check_hvparams
from ganeti_lite.masterd.units._parameters import HV_TYPES, enforce_types
from ganeti_lite.masterd.units._unit import LogicalUnit, Order
from ganeti_lite.snapshot import ClusterSnapshot, default_hvparams, fill_hvparams

from ._faults import list_faults


@frozen
class Fault:
    """Something that is wrong.

    :ivar kind: of the object: ``cluster`` or ``node``; ``code`` the name by which it can be ignored.
    """

    kind: str
    code: str
    text: str
    is_error: bool = True

    def describe(self, order: Order) -> tuple[str, bool]:
        """As a line of the log, and whether it counts: those that are to be ignored are warnings."""
        is_error = self.is_error and self.code not in order["ignore_errors"]
        word = "ERROR" if is_error else "WARNING"
        if order["error_codes"]:
            return f"  - {word}:{self.code}:{self.kind}:None:{self.text}", is_error
        return f"  - {word}: {self.kind} : {self.text}", is_error


class ClusterVerifyConfig(LogicalUnit[ClusterSnapshot]):
    """Looks at the configuration and the cluster's certificates."""

    op_id = "OP_CLUSTER_VERIFY_CONFIG"

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """Everything, to look at."""
        del order, level, snapshot
        return LockWish(None, LockMode.SHARED)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[ClusterSnapshot]:
        """Nothing keeps one from looking."""
        del order
        yield from ()
        return snapshot

    def execute(self, order: Order, plan: ClusterSnapshot) -> Effects[object]:
        """Tell what is wrong; whether nothing is."""
        is_well = True
        certificates: list[Fault] = []
        for title, faults in (
            ("Verifying cluster config", [Fault("cluster", "ECLUSTERCFG", text) for text in list_faults(plan)]),
            ("Verifying cluster certificate files", certificates),
            ("Verifying hypervisor parameters", list(_list_hypervisor_faults(plan))),
            ("Verifying all nodes belong to an existing group", list(_list_strays(plan))),
        ):
            yield Tell(f"* {title}")
            if faults is certificates:
                found = yield CheckCertificates()
                certificates += [Fault("cluster", "ECLUSTERCERT", item.text, item.is_error) for item in found]
            for fault in faults:
                line, is_error = fault.describe(order)
                yield Tell(line)
                is_well = is_well and not is_error
        return is_well


def _list_hypervisor_faults(snapshot: ClusterSnapshot) -> Iterator[Fault]:
    for source, hypervisor, params in _list_hvparams(snapshot):
        try:
            enforce_types(params, HV_TYPES)
            check_hvparams(hypervisor, params)
        except GanetiError as error:
            text = f"hypervisor {source} parameters syntax check (source {hypervisor}): {error.args[0]}"
            yield Fault("cluster", "ECLUSTERCFG", text)


def _list_hvparams(snapshot: ClusterSnapshot) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Where parameters come from, of which hypervisor they are, and all of them."""
    cluster = snapshot.cluster
    for name in cluster.enabled_hypervisors:
        yield "cluster", name, cluster.hvparams.get(name, {})
    for system, levels in cluster.os_hvp.items():
        for name, own in levels.items():
            if own:
                yield f"os {system}", name, default_hvparams(cluster, name, system)
    for instance in snapshot.instances.ordered:
        if instance.hvparams and instance.hypervisor is not None:
            yield f"instance {instance.name}", instance.hypervisor, fill_hvparams(cluster, instance)


def _list_strays(snapshot: ClusterSnapshot) -> Iterator[Fault]:
    """Nodes without a group, and instances without a node: nobody else would find them."""
    strays = [node for node in snapshot.nodes.ordered if node.group not in snapshot.nodegroups]
    if strays:
        by_node = snapshot.instances_by_primary
        told = [f"{node.name} ({', '.join(item.name or '' for item in by_node.get(node.uuid, ()))})" for node in strays]
        text = f"the following nodes (and their instances) belong to a non existing group: {', '.join(told)}"
        yield Fault("node", "ECLUSTERDANGLINGNODES", text)
    lost = [item.name or "" for item in snapshot.instances.ordered if item.primary_node not in snapshot.nodes]
    if lost:
        text = f"the following instances have a non-existing primary-node: {', '.join(lost)}"
        yield Fault("node", "ECLUSTERDANGLINGINST", text)
