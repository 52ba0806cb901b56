"""The cluster's settings change as Ganeti changes them."""

from attrs import evolve

from tests.masterd.small_cluster import NODE1, NODE3, NODE4, SNAPSHOT

from .scene import VM_NODES, set_params, with_cluster


def test_nothing_to_change_is_fine() -> None:
    """An order without parameters locks everything for others to see, and writes the cluster three times."""
    changed = set_params()
    assert changed.result is None
    assert changed.changes == 3
    assert changed.steps == ["cluster serial +3", "cluster time"]
    assert changed.locks == {
        "instance": ("shared", "all"),
        "nodegroup": ("shared", "all"),
        "node": ("shared", "all"),
    }
    assert changed.called == []
    assert changed.hooks == [("cluster-modify", "pre", (NODE1,)), ("cluster-modify", "post", (NODE1,))]
    assert changed.hook_env["GANETI_OP_TARGET"] == "beta.example.org"
    assert changed.hook_env["GANETI_NEW_VG_NAME"] == "None"
    assert evolve(changed.after.cluster, serial_no=0, mtime=0) == evolve(SNAPSHOT.cluster, serial_no=0, mtime=0)


def test_what_is_so_already_is_told() -> None:
    """Settings that are the same as before leave a line in the log."""
    changed = set_params(
        vg_name="xenvg",
        file_storage_dir="/srv/files",
        shared_file_storage_dir="/srv/shared",
        drbd_helper="/bin/true",
        hidden_os=[["add", "image+old"], ["remove", "x"]],
        answers={"vg_list": {"xenvg": 30000}, "drbd_helper": "/bin/true"},
    )
    assert changed.result is None
    assert (
        changed.log
        == [
            " - INFO: Not checking drbd helper on offline node node4.example.org",
            "Cluster LVM configuration already in desired state, not changing",
            "Global file storage dir already set to value '/srv/files'",
            "Global shared file storage dir already set to value '/srv/shared'",
            "Cluster DRBD helper already in desired state, not changing",
            "OS image+old already in hidden OS list, ignoring",
            "OS x not found in hidden OS list, ignoring",
        ][1:]
    )


def test_a_larger_pool_is_filled() -> None:
    """Candidates are promoted once the pool is larger."""
    nodes = SNAPSHOT.nodes.replaced({NODE3: evolve(SNAPSHOT.nodes[NODE3], drained=False)})
    before = evolve(with_cluster(candidate_pool_size=2), nodes=nodes)
    changed = set_params(before, candidate_pool_size=3)
    assert changed.succeeded.nodes[NODE3].master_candidate
    assert changed.after.cluster.candidate_pool_size == 3
    assert changed.log == [" - INFO: Promoted nodes to master candidate role: node3.example.org"]


def test_user_shutdown_is_switched() -> None:
    """The daemon that notices it is started on nodes that can have instances, and stopped on others."""
    changed = set_params(enabled_user_shutdown=True)
    assert changed.called == [("node_ensure_daemon", VM_NODES), ("node_ensure_daemon", (NODE4,))]
