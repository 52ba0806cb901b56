"""Files besides the configuration that all nodes are to have as the master has them.

Source: the files that Ganeti 3.0 as Debian builds it sends around.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ganeti_lite.snapshot import Cluster, ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._effects import CopyFiles, Effects, warning

_FILES: Final = (
    "/var/lib/ganeti/known_hosts",
    "/var/lib/ganeti/hmac.key",
    "/var/lib/ganeti/cluster-domain-secret",
    "/var/lib/ganeti/spice.pem",
    "/var/lib/ganeti/spice-ca.pem",
    "/var/lib/ganeti/rapi/users",
    "/var/lib/ganeti/rapi.pem",
)
HOSTS: Final = "/etc/hosts"
_MASTER_IP_SCRIPT: Final = "/etc/ganeti/scripts/master-ip-setup"

_XEN: Final = ("/etc/xen/xend-config.sxp", "/etc/xen/xen/xl.conf", "/etc/xen/scripts/vif-bridge")
_BY_HYPERVISOR: Final[Mapping[str, tuple[str, ...]]] = {
    "kvm": ("/etc/ganeti/kvm-vif-bridge",),
    "xen-hvm": (*_XEN, "/etc/ganeti/vnc-cluster-password"),
    "xen-pvm": _XEN,
}
"""Those that nodes with instances need besides."""


def redistribute(snapshot: ClusterSnapshot) -> Effects[None]:
    """Copy them to all nodes that are online; copies that fail are told, files that the master lacks are not."""
    cluster = snapshot.cluster
    others = [node for node in snapshot.nodes.ordered if not node.offline and node.uuid != cluster.master_node]
    nodes = tuple(node.uuid for node in others)
    yield from _copy(snapshot, tuple(_list_common(cluster)), nodes)
    nodes = tuple(node.uuid for node in others if node.vm_capable)
    paths = [path for name in cluster.enabled_hypervisors for path in _BY_HYPERVISOR.get(name, ())]
    yield from _copy(snapshot, tuple(dict.fromkeys(paths)), nodes)


def _list_common(cluster: Cluster) -> Iterator[str]:
    yield from _FILES
    if cluster.modify_etc_hosts:
        yield HOSTS
    if cluster.use_external_mip_script:
        yield _MASTER_IP_SCRIPT


def _copy(snapshot: ClusterSnapshot, paths: tuple[str, ...], nodes: tuple[str, ...]) -> Effects[None]:
    if not paths or not nodes:
        return
    copies = yield CopyFiles(paths, nodes)
    for path, results in copies.items():
        for uuid, result in results.items():
            if isinstance(result, RpcFailure):
                yield warning(f"Copy of file {path} to node {snapshot.nodes[uuid].name} failed: {result.reason}")
