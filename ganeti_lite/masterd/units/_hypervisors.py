"""Parameters of hypervisors that opcodes for instances bring: checked here, and by the nodes that are to use them.

Source: what Ganeti 3.0 does. What a value must look like is left to the nodes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import HypervisorError, OpExecError, OpPrereqError
from ganeti_lite.snapshot import EMPTY, GLOBAL_HV_PARAMETERS, ClusterSnapshot, Json
from ganeti_lite.wire.noderpc import RpcFailure

from ._effects import OFFLINE_REASON, CallNodes, Effects
from ._parameters import HV_TYPES, enforce_types


def check_hvparams(hypervisor: str, given: Mapping[str, Any], *special: str) -> dict[str, Json]:
    """The parameters with values of their types; a value that is one of *special* stays as it is.

    :raises TypeEnforcementError: there is no such parameter at all, or the value is none.
    :raises HypervisorError: that hypervisor has no such parameter.
    """
    converted = enforce_types(given, HV_TYPES, *special)
    for name in converted:
        if name not in HVPARAMS.get(hypervisor, EMPTY):
            raise HypervisorError(f"Parameter '{name}' is not supported")
    return converted


def check_not_global(given: Iterable[str]) -> None:
    """Raise OpPrereqError if a parameter is among *given* that only the whole cluster can have."""
    if wrong := sorted(GLOBAL_HV_PARAMETERS.intersection(given)):
        text = (
            "The following hypervisor parameters are global and cannot be customized at instance level, please"
            f" modify them at cluster level: {', '.join(wrong)}"
        )
        raise OpPrereqError(text, ErrorCode.WRONG_INPUT)


def ask_nodes_of_hvparams(
    nodes: Iterable[str], hypervisor: str, own: Mapping[str, Any], snapshot: ClusterSnapshot
) -> Effects[None]:
    """Fail unless all *nodes* (UUIDs) that run instances can run one with its *own* parameters.

    :raises OpExecError: one cannot, or does not answer.
    """
    filled = {**snapshot.cluster.hvparams.get(hypervisor, EMPTY), **own}
    calls = {uuid: [hypervisor, filled] for uuid in list_vm_capable(nodes, snapshot)}
    results = yield CallNodes("hypervisor_validate_params", calls, _VALIDATION_TIMEOUT)
    for uuid, result in results.items():
        if isinstance(result, RpcFailure) and result.reason != OFFLINE_REASON:
            name = snapshot.nodes[uuid].name
            raise OpExecError(f"Hypervisor parameter validation failed on node {name}: {result.reason}")


def list_vm_capable(nodes: Iterable[str], snapshot: ClusterSnapshot) -> list[str]:
    """Those of *nodes* (UUIDs) that may have instances."""
    return [uuid for uuid in nodes if snapshot.nodes[uuid].vm_capable]


_VALIDATION_TIMEOUT = 900.0
