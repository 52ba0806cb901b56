"""Nodes."""

from typing import Final

from ._chapter import Chapter, Opcode, op


def _modify(node: str, **parameters: object) -> Opcode:
    return op("NODE_SET_PARAMS", node_name=node, **parameters)


CHAPTERS: Final = (
    Chapter(
        before=(
            _modify("node4", ndparams={"spindle_count": "3", "ovs_name": "switch7"}),
            _modify("node4", ndparams={"spindle_count": "default", "ovs_name": "default"}),
            _modify("node4", hv_state={"kvm": {"mem_total": 1024}}),
            _modify("node4", disk_state={"plain": {"xenvg": {"disk_total": "9"}}}),
            _modify("node4", master_capable=False),
            _modify("node2", powered=False),
            _modify("node2", secondary_ip="198.18.0.11"),
        ),
        tried=(
            _modify("node2"),
            _modify("node2", force=True, auto_promote=True),
            _modify("nosuch", offline=True),
            _modify("node2", offline=True, drained=True),
            _modify("node2", offline=False, drained=False),
            _modify("node2", secondary_ip="nonsense"),
            _modify("node2", secondary_ip="2001:db8::1"),
            _modify("node2", secondary_ip="192.0.2.11"),
            _modify("node2", secondary_ip="192.0.2.11", force=True),
            _modify("node1", secondary_ip="192.0.2.10"),
            _modify("node1", secondary_ip="192.0.2.10", force=True),
            _modify("node5", secondary_ip="192.0.2.14"),
            _modify("node1", offline=True),
            _modify("node1", drained=True),
            _modify("node1", master_candidate=False),
            _modify("node1", master_capable=False),
            _modify("node4", master_candidate=True),
            _modify("node2", vm_capable=False),
            _modify("node5", vm_capable=False),
            _modify("node2", master_candidate=False),
            _modify("node2", offline=True),
            _modify("node2", drained=True),
            _modify("node2", master_capable=False),
            _modify("node3", powered=True),
            _modify("node3", powered=True, drained=False),
            _modify("node3", powered=False),
            _modify("gone", offline=False),
            _modify("node2", ndparams={"nosuch": 1}),
            _modify("node2", ndparams={"spindle_count": "many"}),
            _modify("node2", ndparams={"exclusive_storage": True}),
            _modify("node2", ndparams={"exclusive_storage": "default"}),
            _modify("node2", hv_state={"nosuch": {}}),
            _modify("node2", hv_state={"kvm": {"nosuch": 1}}),
            _modify("node2", disk_state={"nosuch": {}}),
            _modify("node2", disk_state={"plain": {"xenvg": {"nosuch": 1}}}),
            op("NODE_REMOVE", node_name="nosuch"),
            op("NODE_REMOVE", node_name="node1"),
            op("NODE_REMOVE", node_name="node4"),
            op("NODE_REMOVE", node_name="gone"),
        ),
        after=(
            _modify("node2", powered=True),
            _modify("node4", master_capable=True),
            _modify("node4", master_candidate=False, auto_promote=True),
            _modify("node4", master_candidate=True),
            _modify("node3", drained=False),
            _modify("node3", drained=True, auto_promote=True),
            op("NODE_REMOVE", node_name="gone"),
        ),
    ),
    Chapter(
        before=(
            _modify("node3", drained=False),
            _modify("node3", master_candidate=True),
            _modify("node3", master_candidate=False),
            _modify("node3", master_candidate=False, auto_promote=True),
            _modify("node3", drained=True),
            _modify("node4", master_candidate=False),
            _modify("node4", master_candidate=True),
            _modify("node4", drained=True),
            _modify("node4", drained=False),
            _modify("node4", drained=True, auto_promote=True),
            _modify("node4", drained=False, auto_promote=True),
            _modify("node4", offline=True, auto_promote=True),
            _modify("node4", offline=False),
            _modify("node4", master_capable=False),
            _modify("node4", master_capable=True),
        ),
    ),
)
