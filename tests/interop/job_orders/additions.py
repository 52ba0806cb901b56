"""What the reference cluster cannot be brought to by orders: disks of kinds that it does not have, a node that is gone.

No node is asked about any of it but by the orders that are to fail there.
"""

import copy
from typing import Any

from tests.interop.odd_configs import (
    DRBD_PORT,
    JsonObject,
    add_disk,
    add_instance,
    drbd_id,
    identifier,
    make_nic,
    primary_key,
)


def add_unreal(config: JsonObject) -> None:
    """Adds instances with disks of several kinds, one at a bridge that is not there, and a node, which is offline."""
    node1, node2 = (primary_key(config, "nodes", f"node{number}.example.com") for number in (1, 2))
    add_mirrored(config, "mirrored.example.com", node1, node2)
    plain = add_instance(config, "plain.example.com", primary_node=node1)
    add_disk(config, plain, "plain", ["xenvg", "volume"], nodes=[node1])
    blocks = add_instance(config, "blocks.example.com", primary_node=node1)
    add_disk(config, blocks, "rbd", ["rbd", "image"])
    nic = make_nic("bridged", {"mode": "bridged", "link": "nosuch0"}, mac="aa:00:00:00:99:99")
    linkless = make_nic("linkless", {"mode": "bridged"}, mac="aa:00:00:00:99:98")
    add_instance(config, "bridged.example.com", primary_node=node1, nics=[nic, linkless])
    config["cluster"]["highest_used_port"] = DRBD_PORT + 1
    gone = add_node(config, "gone.example.com", "198.18.0.98", offline=True, master_candidate=False)
    halved = add_instance(config, "halved.example.com", primary_node=node1)
    add_disk(config, halved, "drbd", [*drbd_id(node1, gone)[:2], DRBD_PORT + 1, 1, 0, "0" * 40], nodes=[node1, gone])
    cold = add_instance(config, "cold.example.com", primary_node=node1)
    add_disk(config, cold, "file", ["loop", "/srv/ganeti/file-storage/cold.example.com/disk0"], nodes=[node1])
    for name, mask in (("pinned", "0:1"), ("mispinned", "x:1"), ("misranged", "0-x:1"), ("reversed", "1-0:1")):
        hvparams = {"cpu_mask": mask}
        add_instance(config, f"{name}.example.com", primary_node=node1, hypervisor="kvm", hvparams=hvparams)


def add_storage(config: JsonObject) -> None:
    """Enables storage without what it needs, takes files away, and gives nodes a second address.

    One node has become a plain one; one that is offline has means to be powered by, and is off.
    """
    add_unreal(config)
    cluster = config["cluster"]
    cluster["enabled_disk_templates"] = ["diskless", "drbd", "plain", "rbd", "sharedfile"]
    cluster["volume_group_name"] = "xenvg"
    cluster["drbd_usermode_helper"] = "/bin/true"
    cluster["shared_file_storage_dir"] = ""
    cluster["ipolicy"]["disk-templates"] = ["diskless"]
    node3, node5 = (config["nodes"][primary_key(config, "nodes", f"node{number}.example.com")] for number in (3, 5))
    node3 |= {"drained": False, "master_candidate": False}
    node5 |= {"ndparams": {"oob_program": "/bin/true"}, "powered": False}
    for index, node in enumerate(config["nodes"].values()):
        node["secondary_ip"] = f"192.0.2.{index + 10}"


def empty_node(config: JsonObject, name: str) -> None:
    """Takes away the instances that have a node for their primary one."""
    uuid = primary_key(config, "nodes", name)
    for key, instance in tuple(config["instances"].items()):
        if instance.get("primary_node") == uuid:
            del config["instances"][key]
            for disk in instance.get("disks", ()):
                del config["disks"][disk]


def add_mirrored(config: JsonObject, name: str, primary: str, secondary: str) -> None:
    """Adds an instance with a disk on two nodes (UUIDs)."""
    instance = add_instance(config, name, primary_node=primary)
    children = [_make_volume(f"{part}.{name}", size) for part, size in (("data", 100), ("meta", 128))]
    disk = add_disk(config, instance, "drbd", drbd_id(primary, secondary), nodes=[primary, secondary])
    config["disks"][disk]["children"] = children
    config["cluster"]["highest_used_port"] = DRBD_PORT


def _make_volume(label: str, size: int) -> JsonObject:
    volume = {"logical_id": ["xenvg", label], "dev_type": "plain", "children": [], "nodes": [], "iv_name": ""}
    return volume | {"size": size, "mode": "rw", "params": {}, "uuid": identifier("disk", label), "serial_no": 1}


def add_node(config: JsonObject, name: str, address: str, **flags: Any) -> str:
    """Adds a node like another one but for its *flags*; its UUID."""
    node = copy.deepcopy(config["nodes"][primary_key(config, "nodes", "node4.example.com")])
    node |= {"name": name, "uuid": identifier("node", name), "primary_ip": address, "secondary_ip": address, **flags}
    config["nodes"][node["uuid"]] = node
    return str(node["uuid"])
