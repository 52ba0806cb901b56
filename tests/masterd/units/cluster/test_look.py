"""The cluster is told about, and sent around."""

from typing import Any

from ganeti_lite.masterd.units.cluster import ClusterConfigQuery, ClusterQuery, ClusterRedistConf
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE2, NODE3, SNAPSHOT
from tests.masterd.units.scripted import by_node, prereq, run


def test_unknown_fields_are_refused() -> None:
    """A classic question for a field that does not exist fails."""
    refused = run(ClusterConfigQuery(), output_fields=["foo"])
    assert refused.failure == prereq("Unknown output fields selected: foo")
    assert refused.calls == ()


def test_values_of_the_cluster_are_told() -> None:
    """The older question about the cluster has one row, bare."""
    fields = ["cluster_name", "master_node", "drain_flag", "watcher_pause"]
    found = run(ClusterConfigQuery(), output_fields=fields)
    assert found.result == ["beta.example.org", "node1.example.org", False, 1_900_000_000]


def test_the_settings_of_the_cluster_are_told() -> None:
    """The cluster as one object is what Luxi answers."""
    result: Any = run(ClusterQuery()).result
    assert (result["name"], result["master"]) == ("beta.example.org", "node1.example.org")
    assert result["architecture"] == ["64bits", "x86_64"]


def test_everything_is_sent_around() -> None:
    """The configuration is written with the cluster stepped; files that there are go to all others that are online."""
    files = ["/var/lib/ganeti/hmac.key", "/etc/hosts", "/etc/ganeti/kvm-vif-bridge"]
    answers = {"upload_file": by_node({NODE2: None, NODE3: RpcFailure("full")})}
    sent = run(ClusterRedistConf(), answers=answers, files=files)
    assert sent.result is None
    assert sent.story[:3] == ["lock cluster", "lock node", "begin"]
    assert sent.locks == {"node": ("shared", "all")}
    assert sent.steps == ["cluster serial +1", "cluster time"]
    assert sent.log == [f" - WARNING: Copy of file {path} to node node3.example.org failed: full" for path in files]
    assert sent.after.cluster.serial_no == SNAPSHOT.cluster.serial_no + 1
