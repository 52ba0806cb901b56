"""Parameters of hypervisors that opcodes for instances bring, put over those that the instances have otherwise.

Source: what Ganeti 3.0 does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import GLOBAL_HV_PARAMETERS, ClusterSnapshot, Json, Params

from ._hvparams import check_hvparams
from ._parameters import HV_TYPES, enforce_types


def read_hvparams(hypervisor: str, own: Mapping[str, Any], defaults: Params) -> dict[str, Json]:
    """An instance's *own* parameters with values of their types.

    :param defaults: those that hold where it has none of its own.
    :raises TypeEnforcementError: there is no such parameter at all, or the value is none.
    :raises HypervisorError: that hypervisor has no such parameter, or not such a value.
    """
    converted = enforce_types(own, HV_TYPES)
    check_hvparams(hypervisor, {**defaults, **converted})
    return converted


def check_not_global(given: Iterable[str]) -> None:
    """Raise OpPrereqError if a parameter is among *given* that only the whole cluster can have."""
    if wrong := sorted(GLOBAL_HV_PARAMETERS.intersection(given)):
        text = (
            "The following hypervisor parameters are global and cannot be customized at instance level, please"
            f" modify them at cluster level: {', '.join(wrong)}"
        )
        raise OpPrereqError(text, ErrorCode.WRONG_INPUT)


def list_vm_capable(nodes: Iterable[str], snapshot: ClusterSnapshot) -> list[str]:
    """Those of *nodes* (UUIDs) that may have instances."""
    return [uuid for uuid in nodes if snapshot.nodes[uuid].vm_capable]
