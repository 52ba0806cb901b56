"""Parameters of hypervisors: whether they can be, and whether nodes can do with them."""

from collections.abc import Iterable, Mapping
from typing import Any

from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import HypervisorError, OpExecError
from ganeti_lite.snapshot import ClusterSnapshot, Params
from ganeti_lite.wire.noderpc import RpcFailure

from ._answers import NORMAL
from ._effects import OFFLINE_REASON, CallNodes, Effects
from ._hv_syntax import REQUIRED, RULES
from ._kvm_syntax import check_kvm


def check_hvparams(hypervisor: str, params: Mapping[str, Any]) -> None:
    """Raise HypervisorError unless these are all parameters of a hypervisor, with values that can be together."""
    known = find_known(hypervisor)
    for name in params:
        if name not in known:
            raise HypervisorError(f"Parameter '{name}' is not supported")
    for name in known:
        if name not in params:
            raise HypervisorError(f"Parameter '{name}' is missing")
        _check(hypervisor, name, params[name])
    if hypervisor == "kvm":
        check_kvm(params)


def find_known(hypervisor: str) -> Params:
    """A hypervisor's parameters, with Ganeti's defaults; raises HypervisorError if there is none of that name."""
    if hypervisor not in HVPARAMS:
        raise HypervisorError(f"Unknown hypervisor type '{hypervisor}'")
    return HVPARAMS[hypervisor]


def _check(hypervisor: str, name: str, value: Any) -> None:
    if value is None or value == "":
        if name in REQUIRED[hypervisor]:
            raise HypervisorError(f"Parameter '{name}' is required but is currently not defined")
        return
    rule = RULES[hypervisor].get(name)
    if rule is not None and not rule.allows(value):
        text = f"Parameter '{name}' fails syntax check: {rule.problem} (current value: '{value}')"
        raise HypervisorError(text)


def ask_hvparams(hypervisor: str, params: Params, nodes: Iterable[str], snapshot: ClusterSnapshot) -> Effects[None]:
    """Ask those of the *nodes* that can have instances whether they can do with a hypervisor's parameters.

    :raises OpExecError: one cannot.
    """
    filled = {**snapshot.cluster.hvparams.get(hypervisor, {}), **params}
    asked = [uuid for uuid in nodes if uuid in snapshot.nodes and snapshot.nodes[uuid].vm_capable]
    if not asked:
        return
    results = yield CallNodes("hypervisor_validate_params", {uuid: [hypervisor, filled] for uuid in asked}, NORMAL)
    for uuid in asked:
        result = results[uuid]
        if isinstance(result, RpcFailure) and result.reason != OFFLINE_REASON:
            text = f"Hypervisor parameter validation failed on node {snapshot.nodes[uuid].name}"
            raise OpExecError(f"{text}: {result.reason}")
