"""What nodes report about instances: which calls to make, and what their answers say about each instance.

Asked are the primary nodes of the instances that the configuration alone lets through the filter. An instance that its
primary does not list may be found at another of the nodes that were asked: then it runs on the wrong node.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final, TypeAlias

from attrs import asdict, frozen

from ganeti_lite.snapshot import (
    ClusterSnapshot,
    Instance,
    Json,
    Node,
    fill_beparams,
    fill_hvparams,
)

from ._calls import MALFORMED, NOT_ASKED, NodeAnswers, NodeCall, NodeFailure
from ._shapes import ShapeError, read_integer, read_list, read_members, read_text

ALL_INSTANCES_INFO: Final = "all_instances_info"
CONSOLE_INFO: Final = "instance_console_info"

_RUNTIME_MEMBERS: Final = frozenset({"memory", "state", "vcpus", "time"})
_RUNNING: Final = 0


@frozen
class Runtime:
    """An instance as a node reports it.

    :ivar memory: MiB.
    :ivar is_running: false for one that its user has shut down.
    :ivar is_on_primary: whether it is its primary node that reports it.
    """

    memory: int
    vcpus: int
    is_running: bool
    is_on_primary: bool


Report: TypeAlias = Runtime | NodeFailure | None
"""None: the nodes answered, and none of them has it."""


class InstanceReports:
    """The answers of ``all_instances_info``, by instance."""

    def __init__(self, answers: NodeAnswers) -> None:
        self._by_node = {node: answer for (node, method), answer in answers.items() if method == ALL_INSTANCES_INFO}

    def find(self, instance: Instance) -> Report:
        """What is known of *instance*; one that has no name or no primary node yet is reported by nobody."""
        if instance.name is None or instance.primary_node is None:
            return None
        own = self._by_node.get(instance.primary_node, NOT_ASKED)
        if isinstance(own, dict) and instance.name in own:
            return _read_runtime(own[instance.name], is_on_primary=True)
        if instance.name in self._first_elsewhere:
            return _read_runtime(self._first_elsewhere[instance.name], is_on_primary=False)
        if isinstance(own, NodeFailure):
            return own
        return None if isinstance(own, dict) else MALFORMED

    @cached_property
    def _first_elsewhere(self) -> Mapping[str | None, object]:
        """Instance name → what the first node that lists it says; in the order of the calls."""
        found: dict[str | None, object] = {}
        for answer in self._by_node.values():
            if isinstance(answer, dict):
                for name, raw in answer.items():
                    found.setdefault(name, raw)
        return found


def _read_runtime(raw: object, *, is_on_primary: bool) -> Runtime | NodeFailure:
    """One instance's report; a malformed one costs that instance and no other."""
    try:
        members = read_members(raw, _RUNTIME_MEMBERS)
        memory, vcpus, state = (read_integer(members[name]) for name in ("memory", "vcpus", "state"))
    except ShapeError:
        return MALFORMED
    if state not in (_RUNNING, 1):
        return MALFORMED
    return Runtime(memory, vcpus, state == _RUNNING, is_on_primary)


_CONSOLE_REQUIRED: Final = frozenset({"instance", "kind"})
_CONSOLE_OPTIONAL: Final[Mapping[str, Callable[[object], object]]] = {
    "message": read_text,
    "host": read_text,
    "port": read_integer,
    "user": read_text,
    "command": partial(read_list, read_item=read_text),
    "display": read_text,
}


class Consoles:
    """The answers of ``instance_console_info``, by instance."""

    def __init__(self, answers: NodeAnswers) -> None:
        self._by_node = {node: answer for (node, method), answer in answers.items() if method == CONSOLE_INFO}

    def find(self, instance: Instance) -> Mapping[str, object] | None:
        """How to reach the instance's console; None if its node did not say."""
        own = self._by_node.get(instance.primary_node or "")
        raw = own.get(instance.name) if isinstance(own, dict) else None
        try:
            members = read_members(raw, _CONSOLE_REQUIRED, _CONSOLE_OPTIONAL.keys())
            console = {name: value for name, value in members.items() if value is not None}
            for name, value in console.items():
                _CONSOLE_OPTIONAL.get(name, read_text)(value)
        except ShapeError:
            return None
        return console if console.keys() >= _CONSOLE_REQUIRED else None


def list_instance_calls(
    snapshot: ClusterSnapshot, rows: Sequence[Instance], fields: Collection[str]
) -> Iterator[NodeCall]:
    """The calls that the live *fields* of *rows* need."""
    by_primary = list(_group_by_contactable_primary(snapshot, rows))
    hypervisors = tuple(dict.fromkeys(row.hypervisor for row in rows if row.hypervisor in snapshot.cluster.hvparams))
    parameters: dict[str, Json] = {str(name): snapshot.cluster.hvparams[str(name)] for name in hypervisors}
    for node, _ in by_primary:
        yield NodeCall(node.uuid, node.primary_ip, ALL_INSTANCES_INFO, (hypervisors, parameters))
    if "console" in fields:
        for node, instances in by_primary:
            described = {str(item.name): _describe_for_console(snapshot, node, item) for item in instances}
            yield NodeCall(node.uuid, node.primary_ip, CONSOLE_INFO, described)


def _group_by_contactable_primary(
    snapshot: ClusterSnapshot, rows: Sequence[Instance]
) -> Iterator[tuple[Node, Sequence[Instance]]]:
    """Each primary node that may be asked, with its instances, in order of the rows."""
    grouped: dict[str, list[Instance]] = {}
    for row in rows:
        if row.primary_node is not None and row.name is not None:
            grouped.setdefault(row.primary_node, []).append(row)
    for uuid, instances in grouped.items():
        node = snapshot.nodes.get(uuid)
        if node is not None and is_contactable(snapshot, node):
            yield node, instances


def is_contactable(snapshot: ClusterSnapshot, node: Node) -> bool:
    """Whether a node is ever asked: not while it is marked offline, nor if its group does not exist."""
    return not node.offline and node.group in snapshot.nodegroups


def _describe_for_console(snapshot: ClusterSnapshot, node: Node, instance: Instance) -> Json:
    group = snapshot.nodegroups[node.group]
    described: dict[str, Any] = {
        "instance": _as_stored(instance),
        "node": _as_stored(node),
        "group": _as_stored(group),
        "hvParams": fill_hvparams(snapshot.cluster, instance),
        "beParams": fill_beparams(snapshot.cluster, instance.beparams),
    }
    return described


def _as_stored(item: Any) -> Json:
    """A configuration object with the keys that the file has for it."""
    stored: dict[str, Any] = asdict(item, recurse=False)
    del stored["unknown"]
    if not stored.get("forthcoming", True):
        del stored["forthcoming"]
    if "nics" in stored:
        stored["nics"] = tuple(_as_stored(nic) for nic in item.nics)
    return {name: value for name, value in stored.items() if value is not None}
