"""Operating systems: their parameters filled, and validated by the nodes.

Source: what Ganeti 3.0 does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpExecError, OpPrereqError, TypeEnforcementError
from ganeti_lite.snapshot import EMPTY, Cluster, ClusterSnapshot, Node, Params
from ganeti_lite.wire.noderpc import RpcFailure

from ._effects import CallNodes, Effects
from ._hypervisors import list_vm_capable

_TIMEOUT: Final = 300.0


def fill_system(
    cluster: Cluster,
    system: str | None,
    public: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    secret: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """All parameters that an OS's scripts are given, in clear text: the cluster's, and an instance's own.

    :raises OpPrereqError: one has several kinds of these.
    """
    kinds = {
        "public": _fill(cluster.osparams, system, public),
        "private": _fill(cluster.osparams_private_cluster, system, private),
        "secret": secret or {},
    }
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for kind, params in kinds.items():
        for name in params:
            owners[name].append(kind)
    if repeated := [f"{name} ({' and '.join(found)})" for name, found in sorted(owners.items()) if len(found) > 1]:
        text = f"Parameters of OS '{system}' cannot have several values: {', '.join(repeated)}"
        raise OpPrereqError(text, None)
    return {name: value for params in kinds.values() for name, value in params.items()}


def check_texts(*levels: Mapping[str, Any] | None) -> None:
    """Raise TypeEnforcementError unless all parameters of an OS that are given are texts, as Ganeti reads them back."""
    for params in levels:
        for name, value in (params or {}).items():
            if not isinstance(value, str):
                raise TypeEnforcementError(f"OS parameter '{name}' is not a text")


def _fill(levels: Mapping[str, Params], system: str | None, own: Mapping[str, Any] | None) -> dict[str, Any]:
    """Those of an OS, of its variant, and an instance's own, later ones winning."""
    base = (system or "").partition("+")[0]
    return {**levels.get(base, EMPTY), **levels.get(system or "", EMPTY), **(own or {})}


def validate_system(
    nodes: Iterable[str], system: str | None, params: Mapping[str, Any], snapshot: ClusterSnapshot, *, force: bool
) -> Effects[None]:
    """Fail unless the *nodes* (UUIDs) have an OS that takes these parameters.

    :param force: whether a variant may be unknown.
    :raises OpExecError: one has not.
    """
    if not system:
        return
    arguments = [True, system, ["parameters"], dict(params), force]
    results = yield CallNodes("os_validate", dict.fromkeys(list_vm_capable(nodes, snapshot), arguments), _TIMEOUT)
    for uuid, result in results.items():
        if isinstance(result, RpcFailure):
            name = snapshot.nodes[uuid].name
            raise OpExecError(f"OS Parameters validation failed on node {name}: {result.reason}")


def check_trusted(node: Node, system: str) -> Effects[None]:
    """Fail unless the scripts of an OS may run on the node itself.

    :raises OpPrereqError: the node has no such OS, or it is one whose scripts run in a machine of their own.
    """
    results = yield CallNodes("os_diagnose", {node.uuid: []}, _TIMEOUT)
    result = results[node.uuid]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Failed to get OS '{system}': {result.reason}")
    base = system.partition("+")[0]
    trusted = next((row[-1] for row in result.payload if row[0] == base), None)
    if trusted is None:
        raise OpPrereqError(f"OS '{system}' is not available in node '{node.uuid}'")
    if not trusted:
        text = f"OS '{system}' is not trusted: running its scripts in a helper machine is not supported"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
