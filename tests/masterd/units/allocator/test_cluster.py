"""The cluster that allocators are told."""

from tests.masterd.small_cluster import GROUP1, NODE1, NODE4

from .scene import INFO, allocate, read_request


def test_the_cluster_that_is_told() -> None:
    """Groups by UUID; instances and nodes by name, with what nodes say of themselves; offline ones without that."""
    created = allocate(disk_template="file", disks=[{"size": 1}])
    told = read_request(created)
    assert told["version"] == 2
    assert told["nodegroups"][GROUP1]["name"] == "default"
    assert set(told["nodegroups"][GROUP1]) == {"name", "alloc_policy", "networks", "ipolicy", "tags"}
    assert set(told["nodes"]) == {f"node{number}.example.org" for number in range(1, 5)}
    node = told["nodes"]["node1.example.org"]
    # up: web (2048 MiB, of which it uses 2000), mail (512), pvm (1024)
    assert (node["i_pri_memory"], node["i_pri_up_memory"]) == (3584, 3584)
    assert node["free_memory"] == 3000 - 48 - 512 - 1024
    assert (node["total_disk"], node["free_disk"], node["total_spindles"]) == (10000, 9000, 0)
    assert (node["total_cpus"], node["reserved_cpus"], node["total_memory"], node["reserved_memory"]) == (
        *(8, 1),
        *(4096, 100),
    )
    assert "free_memory" not in told["nodes"]["node4.example.org"]
    assert told["nodes"]["node4.example.org"]["offline"] is True
    db = told["instances"]["db.example.org"]
    assert (db["nodes"], db["admin_state"], db["disk_template"]) == (["node2.example.org"], "down", "plain")
    assert db["disk_space_total"] == 4096 + 512
    assert told["instances"]["back.example.org"]["disk_space_total"] == 256 + 128
    info = next(call for call in created.calls if call.method == "node_info")
    assert info.arguments[NODE1] == [[["file", "/srv/files", []]], [["fake", {"migration_mode": "live"}]]]
    assert NODE4 not in info.arguments


def test_nodes_need_not_be_asked_about_storage() -> None:
    """An instance without disks needs none."""
    created = allocate({"node_info": ["boot", [], [INFO]]})
    info = next(call for call in created.calls if call.method == "node_info")
    assert info.arguments[NODE1][0] == []
    assert read_request(created)["nodes"]["node1.example.org"]["free_disk"] == 0
