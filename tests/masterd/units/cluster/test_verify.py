"""What is wrong with a configuration is found, told, and counts unless it is to be ignored."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from attrs import evolve

from ganeti_lite.masterd.units import CertificateFault
from ganeti_lite.masterd.units.cluster import ClusterVerifyConfig
from ganeti_lite.snapshot import ClusterSnapshot
from tests.masterd.small_cluster import GROUP1, GROUP2, NODE1, NODE3, SNAPSHOT, WEB
from tests.masterd.units.scripted import Run, run

TITLES: Final = [
    "* Verifying cluster config",
    "* Verifying cluster certificate files",
    "* Verifying hypervisor parameters",
    "* Verifying all nodes belong to an existing group",
]


def _verify(snapshot: ClusterSnapshot, **parameters: Any) -> Run:
    return run(ClusterVerifyConfig(), snapshot, **parameters)


def _edit(table: str, uuid: str, **changes: Any) -> Callable[[ClusterSnapshot], ClusterSnapshot]:
    def edit(snapshot: ClusterSnapshot) -> ClusterSnapshot:
        objects = getattr(snapshot, table)
        edited = objects.replaced({uuid: evolve(objects[uuid], **changes)})
        tables: dict[str, Any] = {table: edited}
        return evolve(snapshot, **tables)

    return edit


def _cluster(**changes: Any) -> Callable[[ClusterSnapshot], ClusterSnapshot]:
    return lambda snapshot: evolve(snapshot, cluster=evolve(snapshot.cluster, **changes))


WELL: Final = _cluster(highest_used_port=11004)(SNAPSHOT)
"""The cluster without any fault."""


def test_a_good_configuration_is_good() -> None:
    """Nothing is told but what is looked at; all is locked to look at it."""
    verified = _verify(WELL)
    assert verified.log == TITLES
    assert verified.result is True
    assert set(verified.locks) == {"instance", "nodegroup", "node", "node-res", "network"}
    assert set(map(str, verified.locks.values())) == {"('shared', 'all')"}
    assert verified.hooks == []
    assert verified.changes == 0


_WEB: Final = WELL.instances[WEB]


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (
            _edit("nodes", NODE1, master_candidate=False),
            "Master node is not a master candidate",
        ),
        (
            _edit("nodes", NODE3, drained=False),
            "Not enough master candidates: actual 2, target 3",
        ),
        (
            _edit("nodes", NODE3, master_candidate=True),
            "Node node3.example.org state is invalid: master_candidate=True, drain=True, offline=False",
        ),
        (
            _edit("nodes", NODE3, ndparams={"exclusive_storage": True}),
            "Node 'node3.example.org' has some global parameters set: exclusive_storage",
        ),
        (
            _edit("nodes", NODE3, primary_ip="192.0.2.11"),
            "IP address 192.0.2.11 is used by multiple owners:"
            " node:node1.example.org/primary, node:node3.example.org/primary",
        ),
        (_edit("nodegroups", GROUP2, name="default"), "duplicate node group name 'default'"),
        (
            _edit("nodegroups", GROUP2, name=GROUP1),
            f"node group '{GROUP1}' (uuid: '{GROUP2}') has uuid-like name",
        ),
        (
            _edit("nodegroups", GROUP2, ipolicy={"disk-templates": ("tape",)}),
            "group rack2 has invalid instance policy: Invalid instance policy: Invalid disk template(s) tape",
        ),
        (
            _edit("instances", WEB, nics=(_WEB.nics[0], evolve(_WEB.nics[1], mac=_WEB.nics[0].mac))),
            "instance 'web.example.org' has NIC 1 mac aa:00:0c:00:00:01 duplicate",
        ),
        (
            _edit("instances", WEB, disks=_WEB.disks[::-1]),
            "Instance 'web.example.org' has wrongly named disks: name of disk 0 should be 'disk/0', but is 'disk/1';"
            " name of disk 1 should be 'disk/1', but is 'disk/0'",
        ),
        (
            _edit("instances", WEB, network_port=11001),
            "tcp/udp port 11001 has duplicates: ",
        ),
        (_cluster(highest_used_port=11003), "Highest used port mismatch, saved 11003, computed 11004"),
        (_edit("instances", WEB, primary_node="gone"), f"instances/{WEB}/primary_node: there is no node gone"),
    ],
)
def test_a_fault_is_found(edit: Callable[[ClusterSnapshot], ClusterSnapshot], text: str) -> None:
    """Each fault is a line, and the result is that something is wrong."""
    verified = _verify(edit(WELL))
    assert verified.result is False
    assert [line for line in verified.log if str(line).startswith(f"  - ERROR: cluster : {text}")]


def test_faults_can_be_ignored_and_named() -> None:
    """Faults to be ignored are warnings that do not count; codes can be had for programs."""
    broken = _edit("nodes", NODE3, ndparams={"exclusive_storage": True})(WELL)
    ignoring = _verify(broken, ignore_errors=["ECLUSTERCFG"], error_codes=True)
    assert ignoring.result is True
    assert ignoring.log[1] == (
        "  - WARNING:ECLUSTERCFG:cluster:None:Node 'node3.example.org' has some global parameters set:"
        " exclusive_storage"
    )


def test_certificates_are_looked_at() -> None:
    """A certificate that is about to expire is a warning, one that cannot be used an error."""
    soon, late = CertificateFault("soon", is_error=False), CertificateFault("late", is_error=True)
    assert _verify(WELL, certificate_faults=(soon,)).result is True
    verified = _verify(WELL, certificate_faults=(soon, late))
    assert verified.result is False
    assert verified.log[2:4] == ["  - WARNING: cluster : soon", "  - ERROR: cluster : late"]


def test_parameters_of_hypervisors_are_looked_at() -> None:
    """What no hypervisor takes is told with where it comes from."""
    verified = _verify(_edit("instances", WEB, hvparams={"boot_order": "moon"})(WELL))
    assert verified.result is False
    assert str(verified.log[3]).startswith(
        "  - ERROR: cluster : hypervisor instance web.example.org parameters syntax check (source kvm):"
        " Parameter 'boot_order' fails syntax check: "
    )


def test_nodes_and_instances_that_nobody_looks_after_are_found() -> None:
    """Nodes without a group are told with their instances, and instances without a node."""
    stray = _verify(_edit("nodes", NODE3, group="gone")(WELL))
    assert stray.log[-1] == (
        "  - ERROR: node : the following nodes (and their instances) belong to a non existing group:"
        " node3.example.org (lun.example.org, shared.example.org)"
    )
    lost = _verify(_edit("instances", WEB, primary_node="gone")(WELL))
    assert lost.log[-1] == (
        "  - ERROR: node : the following instances have a non-existing primary-node: web.example.org"
    )
