"""Checks of what an instance is to be made of: its OS definition, and the hypervisor's parameters.

Source: reference of Ganeti's node RPC, 2.8. A made-up definition's own check finds nothing to object to.
"""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.simulator.noded.machine import OperatingSystem, SimulatedNode

from ._hypervisors import check_hypervisor
from ._outcome import CallError, Calls

_CHECKS: Final = frozenset({"parameters"})
_FIRST_WITH_PARAMETERS: Final = 20
"""The OS API's version."""


def find_system(machine: SimulatedNode, full_name: str) -> OperatingSystem:
    """The valid definition for an OS name, which may end in a variant.

    :raises CallError: there is none.
    """
    name = full_name.partition("+")[0]
    found = next((each for each in machine.systems if each.name == name), None)
    if found is None:
        raise CallError(f"Directory for OS {name} not found in search path")
    if found.fault:
        raise CallError(found.fault)
    return found


def _validate(machine: SimulatedNode, arguments: Sequence[Any]) -> bool:
    is_required, name, checks, params, force_variant = arguments
    unknown = {each for each in checks if each not in _CHECKS}
    if unknown:
        raise CallError(f"Unknown checks required for OS {name}: {unknown}")
    try:
        found = find_system(machine, name)
    except CallError:
        if is_required:
            raise
        return False
    if not force_variant:
        _check_variant(found, name)
    if checks and max(found.api_versions) >= _FIRST_WITH_PARAMETERS:
        _check_params(found, params)
    return True


def _check_variant(found: OperatingSystem, full_name: str) -> None:
    variant = full_name.partition("+")[2]
    if not found.variants:
        if variant:
            raise CallError(f"OS '{found.name}' does not support variants ('{variant}' passed)")
    elif not variant:
        raise CallError(f"OS name '{full_name}' must include a variant")
    elif variant not in found.variants:
        raise CallError(f"OS '{found.name}' does not support variant '{variant}'")


def _check_params(found: OperatingSystem, params: Sequence[str]) -> None:
    known = {name for name, _help in found.parameters}
    unknown = [name for name in params if name not in known]
    if unknown:
        raise CallError(f"The following parameters are not supported by the OS {found.name}: {', '.join(unknown)}")


def _validate_hypervisor_params(_machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    name, _params = arguments
    try:
        check_hypervisor(name)
    except ValueError as error:
        raise CallError(str(error)) from error


SYSTEM_CALLS: Final[Calls] = {
    "os_validate": _validate,
    "hypervisor_validate_params": _validate_hypervisor_params,
}
