"""The cluster's settings as ``QueryClusterInfo`` tells them."""

import json
from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.query import describe_cluster
from ganeti_lite.snapshot import ClusterSnapshot

from .golden_answers import FOLDER, golden_view

BUILD = "(ganeti) version 3.0.2-3"


def describe(snapshot: ClusterSnapshot | None = None) -> dict[str, Any]:
    """The decoded answer about the golden cluster, or another one."""
    raw = describe_cluster(snapshot or golden_view().snapshot, ("64bits", "x86_64"), BUILD)
    info: dict[str, Any] = json.loads(raw)
    return info


def with_cluster(**changes: Any) -> ClusterSnapshot:
    """The golden cluster with other settings."""
    snapshot = golden_view().snapshot
    return evolve(snapshot, cluster=evolve(snapshot.cluster, **changes))


def test_the_answer_is_ganetis() -> None:
    """Members, order and values are those of Ganeti 3.0.2's query daemon for the same file."""
    golden = json.loads((FOLDER / "cluster_info.json").read_bytes())
    info = describe()
    assert info == golden
    assert list(info) == list(golden)


def test_derived_members() -> None:
    """Names, versions and times follow Ganeti's rules."""
    info = describe()
    assert (info["name"], info["master"]) == ("cluster.example.com", "node1.example.com")
    assert (info["architecture"], info["vcs_version"]) == (["64bits", "x86_64"], BUILD)
    assert (info["software_version"], info["config_version"], info["protocol_version"]) == ("3.0.2", 3000000, 3000000)
    assert (info["os_api_version"], info["export_version"]) == (20, 0)
    assert (info["default_hypervisor"], info["primary_ip_version"]) == ("kvm", 4)
    assert info["tags"] == ["owner:ops", "site:lab"]
    assert info["enabled_data_collectors"]["drbd"] is True
    assert info["data_collector_interval"]["drbd"] == 5_000_000


def test_global_hypervisor_parameters_are_told() -> None:
    """Unlike an instance's parameters, the cluster's include those that make sense for the cluster only."""
    assert describe()["hvparams"]["kvm"]["migration_port"] == 8102


def test_secrets_are_not_told() -> None:
    """Neither private OS parameters nor keys nor certificates are in the answer."""
    text = json.dumps(describe())
    assert "secret" not in text
    assert not describe().keys() & {"osparams_private_cluster", "rsahostkeypub", "dsahostkeypub", "candidate_certs"}


def test_what_is_not_set_is_null() -> None:
    """A cluster without hypervisors, volume group or DRBD helper, or of an unheard-of address family, has nulls."""
    info = describe(
        with_cluster(
            enabled_hypervisors=(), volume_group_name=None, drbd_usermode_helper=None, primary_ip_family=99, uid_pool=()
        )
    )
    names = ("default_hypervisor", "volume_group_name", "drbd_usermode_helper", "primary_ip_version")
    assert [info[name] for name in names] == [None] * 4
    assert (info["enabled_hypervisors"], info["uid_pool"]) == ([], [])


def test_ipv6_clusters() -> None:
    """The stored address family 10 is IP version 6."""
    assert describe(with_cluster(primary_ip_family=10))["primary_ip_version"] == 6


def test_a_cluster_without_its_master_is_an_error() -> None:
    """A master node that does not exist fails the whole call, with the UUID that was looked for."""
    with pytest.raises(OpPrereqError) as failure:
        describe(with_cluster(master_node="gone"))
    assert failure.value.to_wire() == ["OpPrereqError", ["Node name gone not found", "unknown_entity"]]
