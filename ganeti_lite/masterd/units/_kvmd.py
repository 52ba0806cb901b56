"""The daemon that notices when KVM's guests shut themselves down: it runs where that counts, and nowhere else.

Source: what Ganeti 3.0 does when nodes or the cluster's settings change.
"""

from collections.abc import Iterable

from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._answers import URGENT
from ._effects import CallNodes, Effects, Tell

_DAEMON = "ganeti-kvmd"


def ensure_kvmd(snapshot: ClusterSnapshot, uuids: Iterable[str], *, is_silent: bool) -> Effects[None]:
    """Start or stop it on the nodes of these UUIDs; those that fail are told.

    :param is_silent: whether those that cannot stop it are not worth a word.
    """
    cluster = snapshot.cluster
    is_wanted = "kvm" in cluster.enabled_hypervisors and cluster.enabled_user_shutdown
    nodes = [snapshot.nodes[uuid] for uuid in uuids if uuid in snapshot.nodes]
    for runs, word in ((True, "start"), (False, "stop")):
        chosen = {node.uuid: node.name for node in nodes if (is_wanted and node.vm_capable) is runs}
        if not chosen:
            continue
        results = yield CallNodes("node_ensure_daemon", {uuid: [_DAEMON, runs] for uuid in chosen}, URGENT)
        for uuid, name in chosen.items():
            if isinstance(results[uuid], RpcFailure) and (runs or not is_silent):
                yield Tell(f"Failed to {word} KVM daemon on node '{name}': {results[uuid].reason}")
