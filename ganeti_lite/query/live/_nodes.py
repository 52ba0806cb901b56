"""What nodes report about themselves: the call ``node_info``."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Json, Node, fill_ndparams

from ._calls import MALFORMED, NOT_ASKED, NodeAnswers, NodeCall, NodeFailure
from ._instances import is_contactable
from ._shapes import read_integer, read_list, read_members, read_optional_integer, read_text

NODE_INFO: Final = "node_info"

STORAGE_FIELDS: Final = frozenset({"dtotal", "dfree", "sptotal", "spfree"})
MACHINE_FIELDS: Final = frozenset({"mtotal", "mnode", "mfree", "ctotal", "cnos", "cnodes", "csockets"})

_NO_HYPERVISOR_ENABLED: Final = "xen-pvm"
_LVM_TEMPLATES: Final = frozenset({"plain", "drbd"})
_SPINDLES: Final = "lvm-pv"
_MACHINE_MEMBERS: Final = frozenset(
    {"memory_total", "memory_free", "memory_dom0", "cpu_total", "cpu_nodes", "cpu_sockets", "cpu_dom0"}
)
_MACHINE_OPTIONAL: Final = frozenset({"memory_hv", "hv_version"})
_STORAGE_MEMBERS: Final = frozenset({"name", "type"})
_STORAGE_OPTIONAL: Final = frozenset({"storage_free", "storage_size"})


@frozen
class Storage:
    """A storage unit; free and size in MiB (spindles for ``lvm-pv``), None where the node does not know."""

    kind: str
    free: int | None
    size: int | None


@frozen
class NodeInfo:
    """A node's answer.

    :ivar machine: memory in MiB and CPUs as the default hypervisor counts them; empty if that was not asked for.
    :ivar storage: in the order that was asked for.
    """

    boot_id: str
    storage: tuple[Storage, ...]
    machine: Mapping[str, int]

    @property
    def space(self) -> Storage | None:
        """The default storage."""
        return next((unit for unit in self.storage if unit.kind != _SPINDLES), None)

    @property
    def spindles(self) -> Storage | None:
        """The physical volumes."""
        return next((unit for unit in self.storage if unit.kind == _SPINDLES), None)


class NodeReports:
    """The answers of ``node_info``, by node."""

    def __init__(self, answers: NodeAnswers) -> None:
        self._answers = answers
        self._read: dict[str, NodeInfo | NodeFailure] = {}

    def find(self, node: Node) -> NodeInfo | NodeFailure:
        """What *node* has said of itself."""
        if node.uuid not in self._read:
            self._read[node.uuid] = _read_node_info(self._answers.get((node.uuid, NODE_INFO), NOT_ASKED))
        return self._read[node.uuid]


def _read_node_info(answer: object) -> NodeInfo | NodeFailure:
    if isinstance(answer, NodeFailure):
        return answer
    try:
        boot_id, storage, machines = read_list(answer, lambda item: item)
        found = read_list(machines, _read_machine)
        return NodeInfo(read_text(boot_id), tuple(read_list(storage, _read_storage)), found[0] if found else {})
    except ValueError:  # a shape error, or not three members
        return MALFORMED


def _read_storage(raw: object) -> Storage:
    members = read_members(raw, _STORAGE_MEMBERS, _STORAGE_OPTIONAL)
    free, size = (read_optional_integer(members.get(name)) for name in ("storage_free", "storage_size"))
    read_text(members["name"])
    return Storage(read_text(members["type"]), free, size)


def _read_machine(raw: object) -> Mapping[str, int]:
    members = read_members(raw, _MACHINE_MEMBERS, _MACHINE_OPTIONAL)
    return {name: read_integer(members[name]) for name in _MACHINE_MEMBERS}


def list_node_calls(snapshot: ClusterSnapshot, rows: Sequence[Node], fields: Collection[str]) -> Iterator[NodeCall]:
    """The calls that the live *fields* of *rows* need; each node is asked once."""
    hypervisors: Json = _hypervisor_arguments(snapshot.cluster) if MACHINE_FIELDS.intersection(fields) else ()
    wants_storage = not STORAGE_FIELDS.isdisjoint(fields)
    for node in {row.uuid: row for row in rows}.values():
        if is_contactable(snapshot, node):
            storage = _storage_arguments(snapshot, node) if wants_storage else ()
            yield NodeCall(node.uuid, node.primary_ip, NODE_INFO, (storage, hypervisors))


def _hypervisor_arguments(cluster: Cluster) -> Json:
    default = next(iter(cluster.enabled_hypervisors), _NO_HYPERVISOR_ENABLED)
    return ((default, cluster.hvparams.get(default, {})),)


def _storage_arguments(snapshot: ClusterSnapshot, node: Node) -> Json:
    """The storage of the enabled disk templates, then the physical volumes, each once; none without a key."""
    cluster = snapshot.cluster
    is_exclusive = fill_ndparams(cluster, snapshot.nodegroups[node.group], node).get("exclusive_storage", False)
    units: list[tuple[Any, ...]] = []
    for template in cluster.enabled_disk_templates:
        if template in _LVM_TEMPLATES:
            units.append(("lvm-vg", cluster.volume_group_name, (is_exclusive,)))
        elif template == "file":
            units.append(("file", cluster.file_storage_dir, ()))
    units.append((_SPINDLES, cluster.volume_group_name, (is_exclusive,)))
    return tuple(dict.fromkeys(unit for unit in units if unit[1]))
