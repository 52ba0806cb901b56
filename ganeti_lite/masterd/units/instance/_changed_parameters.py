"""Parameters of an instance that is there, changed: of hypervisor, backend, OS; and whether its nodes can live with it.

Source: what Ganeti 3.0 checks, in its order.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.units._hvparams import ask_hvparams
from ganeti_lite.masterd.units._hypervisors import read_hvparams
from ganeti_lite.masterd.units._instances import URGENT, check_memory, find_running, list_nodes, primary_of
from ganeti_lite.masterd.units._parameters import (
    BE_TYPES,
    DEFAULT_VALUE,
    enforce_types,
    override,
    upgrade_beparams,
)
from ganeti_lite.masterd.units._systems import check_texts, validate_system
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import (
    EMPTY,
    ClusterSnapshot,
    Instance,
    Node,
    default_hvparams,
    fill_beparams,
    fill_hvparams,
)
from ganeti_lite.wire.noderpc import RpcFailure

from ._cpu_mask import check_cpu_count, check_cpus_exist


def change_hvparams(order: Order, instance: Instance, snapshot: ClusterSnapshot) -> Effects[Instance]:
    """The instance with other parameters of its hypervisor, which its nodes have checked."""
    if not order["hvparams"]:
        return instance
    hypervisor = instance.hypervisor or ""
    defaults = default_hvparams(snapshot.cluster, hypervisor, instance.os)
    own = read_hvparams(hypervisor, override(instance.hvparams, order["hvparams"]), defaults)
    yield from ask_hvparams(hypervisor, {**defaults, **own}, list_nodes(instance, snapshot), snapshot)
    return evolve(instance, hvparams=MappingProxyType(own))


def change_beparams(order: Order, instance: Instance) -> Instance:
    """The instance with other parameters of its backend; null takes one away, too."""
    if not order["beparams"]:
        return instance
    given = {name: DEFAULT_VALUE if value is None else value for name, value in order["beparams"].items()}
    own = enforce_types(upgrade_beparams(override(instance.beparams, given)), BE_TYPES)
    return evolve(instance, beparams=MappingProxyType(own))


def check_cpus(order: Order, after: Instance, snapshot: ClusterSnapshot) -> Effects[None]:
    """Fail unless the CPUs that an instance is to be bound to are as many as it has, and are there.

    :raises OpPrereqError: they are not.
    """
    cluster, hypervisor = snapshot.cluster, after.hypervisor or ""
    mask = fill_hvparams(cluster, after).get("cpu_mask")
    vcpus = (fill_beparams(cluster, after.beparams) or {}).get("vcpus")
    if not isinstance(mask, str) or not isinstance(vcpus, int):
        return
    check_cpu_count(mask, vcpus)
    if order["hvparams"]:
        yield from check_cpus_exist(mask, hypervisor, list_nodes(after, snapshot), snapshot)


def change_osparams(order: Order, instance: Instance, snapshot: ClusterSnapshot) -> Effects[Instance]:
    """The instance with another OS, and other parameters of it, which its nodes have validated."""
    public, private = order["osparams"] or {}, order["osparams_private"] or {}
    if repeated := sorted(public.keys() & private.keys()):
        raise OpPrereqError(f"OS parameters repeated multiple times: {', '.join(repeated)}", None)
    check_texts(public, private)
    system = order["os_name"] if order["os_name"] and not order["force"] else instance.os
    after = instance
    if public or private:
        after = evolve(
            instance,
            osparams=override(instance.osparams, public),
            osparams_private=override(instance.osparams_private, private),
        )
        params = {**after.osparams, **after.osparams_private}
        nodes = list_nodes(instance, snapshot)
        yield from validate_system(nodes, system, params, snapshot, force=order["force_variant"])
    return evolve(after, os=order["os_name"]) if order["os_name"] else after


@frozen
class MemoryCheck:
    """Whether nodes have the memory that an instance is to have.

    :ivar before: the instance as it is; ``after`` as it will be.
    """

    before: Instance
    after: Instance
    snapshot: ClusterSnapshot

    def run(self, order: Order) -> Effects[tuple[str, ...]]:
        """Warnings where that is not known.

        :raises OpPrereqError: they have not.
        """
        old, new = self._fill(self.before), self._fill(self.after)
        warnings: tuple[str, ...] = ()
        if "maxmem" in upgrade_beparams(order["beparams"]) and not order["force"] and new["maxmem"] > old["maxmem"]:
            warnings = yield from self._check_nodes(new)
        if order["runtime_mem"]:
            yield from self._check_runtime(order, new)
        return warnings

    def _fill(self, instance: Instance) -> Mapping[str, Any]:
        return fill_beparams(self.snapshot.cluster, instance.beparams) or {}

    @property
    def _hvparams(self) -> Mapping[str, Any]:
        return self.snapshot.cluster.hvparams.get(self.before.hypervisor or "", EMPTY)

    def _check_nodes(self, new: Mapping[str, Any]) -> Effects[tuple[str, ...]]:
        snapshot, instance = self.snapshot, self.before
        primary, *others = list_nodes(instance, snapshot)
        nodes = [primary, *others] if new["auto_balance"] else [primary]
        told = yield from self._ask_running()
        specs = [None, [[instance.hypervisor, dict(self._hvparams)]]]
        results = yield CallNodes("node_info", dict.fromkeys(nodes, specs), URGENT)
        warnings = self._judge_primary(snapshot.nodes[primary], results[primary], told, new["maxmem"])
        for uuid in nodes[1:]:
            _judge_secondary(snapshot.nodes[uuid], results[uuid], new["maxmem"])
        return warnings

    def _ask_running(self) -> Effects[Any]:
        uuid = str(self.before.primary_node)
        arguments = [self.before.name, self.before.hypervisor, dict(self._hvparams)]
        results = yield CallNodes("instance_info", {uuid: arguments}, URGENT)
        return results[uuid]

    def _judge_primary(self, node: Node, result: Any, told: Any, wanted: int) -> tuple[str, ...]:
        if isinstance(result, RpcFailure):
            return (f"Can't get info from primary node {node.name}: {result.reason}",)
        free = _read_free(result.payload)
        if free is None:
            return (f"Node data from primary node {node.name} doesn't contain free memory information",)
        if isinstance(told, RpcFailure):
            return (f"Can't get instance runtime information: {told.reason}",)
        used = int(told.payload["memory"]) if told.payload else 0
        if (missing := wanted - used - free) > 0:
            text = (
                f"This change will prevent the instance from starting, due to {missing} MB of memory missing on its"
                " primary node"
            )
            raise OpPrereqError(text, ErrorCode.NO_RESOURCES)
        return ()

    def _check_runtime(self, order: Order, new: Mapping[str, Any]) -> Effects[None]:
        instance, wanted = self.before, order["runtime_mem"]
        primary = primary_of(instance, self.snapshot)
        told = yield from find_running(instance, self.snapshot, f"Error checking node {primary.name}")
        if not told:
            raise OpPrereqError(f"Instance {instance.name} is not running", ErrorCode.WRONG_STATE)
        if not order["force"] and not new["minmem"] <= wanted <= new["maxmem"]:
            limits = f"between {new['minmem']} and {new['maxmem']} MB of memory"
            raise OpPrereqError(f"Instance {instance.name} must have memory {limits} unless --force is given")
        if (more := wanted - told["memory"]) > 0:
            reason = f"ballooning memory for instance {instance.name}"
            yield from check_memory(primary, reason, more, instance.hypervisor or "", self._hvparams)


def _read_free(payload: Any) -> int | None:
    match payload:
        case [_, _, [{"memory_free": int() as free}, *_]]:
            return free
        case _:
            return None


def _judge_secondary(node: Node, result: Any, wanted: int) -> None:
    if isinstance(result, RpcFailure):
        raise OpPrereqError(f"Can't get info from secondary node {node.name}: {result.reason}", ErrorCode.WRONG_STATE)
    free = _read_free(result.payload)
    if free is None:
        text = f"Secondary node {node.name} didn't return free memory information"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    if wanted > free:
        place = f"failover to its secondary node {node.name}, due to not enough memory"
        raise OpPrereqError(f"This change will prevent the instance from {place}", ErrorCode.WRONG_STATE)
