"""What is refused where not all is there that enabled storage needs, and nodes have two addresses."""

from typing import Final

from ._chapter import Chapter, Opcode, op


def _create(template: str, **parameters: object) -> Opcode:
    given = {"mode": "create", "pnode": "node2", "os_type": "noop", "name_check": False, "ip_check": False}
    disks = [{"size": 4}]
    return op(
        "INSTANCE_CREATE",
        instance_name="new.example.com",
        disk_template=template,
        disks=disks,
        nics=[],
        **given,
        **parameters,
    )


CHAPTERS: Final = (
    Chapter(
        tried=(
            op("CLUSTER_SET_PARAMS", drbd_helper=""),
            op("CLUSTER_SET_PARAMS", drbd_helper="/bin/false"),
            op("CLUSTER_SET_PARAMS", vg_name=""),
            op("CLUSTER_SET_PARAMS", enabled_disk_templates=["diskless", "sharedfile"], shared_file_storage_dir=""),
            _create("file"),
            _create("sharedfile"),
            op("INSTANCE_RENAME", instance_name="cold", new_name="new.example.com", name_check=False, ip_check=False),
            op("INSTANCE_SET_PARAMS", instance_name="cold", disks=[["add", -1, {"size": 4}]]),
            op("NODE_SET_PARAMS", node_name="node2", master_candidate=False),
            op("NODE_SET_PARAMS", node_name="node2", offline=True),
            op("NODE_SET_PARAMS", node_name="node2", drained=True),
            op("NODE_SET_PARAMS", node_name="node5", offline=False),
            op("NODE_SET_PARAMS", node_name="node2", secondary_ip="198.18.0.11"),
            op("NODE_SET_PARAMS", node_name="node2", secondary_ip="198.18.0.11", force=True),
            op("NODE_SET_PARAMS", node_name="node4", secondary_ip="192.0.2.77"),
            op("NODE_SET_PARAMS", node_name="node2", secondary_ip="192.0.2.77"),
            op("NODE_SET_PARAMS", node_name="gone", secondary_ip="192.0.2.77"),
            op("NODE_SET_PARAMS", node_name="node1", secondary_ip="198.18.0.10"),
        )
    ),
    Chapter(
        before=(op("CLUSTER_SET_PARAMS", ndparams={"exclusive_storage": True}),),
        tried=(_create("sharedfile"), _create("file")),
    ),
)
