"""Instance policies of groups and of the cluster: changed, and checked whether they are any.

Source: what Ganeti 3.0 does. What instances a policy lets through is :mod:`._ipolicy_violations`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ganeti_lite.config import freeze
from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import DISK_TEMPLATES
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import EMPTY, IPOLICY_PARAMETERS, ISPEC_PARAMETERS, Json, Params

from ._parameters import DEFAULT_VALUE, ISPEC_TYPES, check_number, enforce_types

_RATIOS: Final = frozenset({"spindle-ratio", "vcpu-ratio"})


def make_ipolicy(given: Mapping[str, Any]) -> Params:
    """The policy of a new group, which may lack entries.

    :raises OpPrereqError: that is no policy.
    :raises TypeEnforcementError: a limit is not known, or no number.
    """
    _check_names(given)
    policy = {name: _convert_entry(name, value, EMPTY, is_group=True) for name, value in given.items()}
    check_ipolicy(policy, has_standard=False)
    return MappingProxyType(policy)


def merge_ipolicy(own: Params, changes: Mapping[str, Any], *, is_group: bool = True) -> Params:
    """A policy after *changes*; the value ``default``, or an empty one, takes a group's entry back to the cluster's.

    :param is_group: whether it is a group's, which may lack entries, and has no ``std``.
    :raises OpPrereqError: that is no policy.
    :raises TypeEnforcementError: a limit is not known, or no number.
    """
    _check_names(changes)
    merged = dict(own)
    for name, value in changes.items():
        if value and value not in (DEFAULT_VALUE, [DEFAULT_VALUE]):
            merged[name] = _convert_entry(name, value, own, is_group=is_group)
        elif is_group:
            merged.pop(name, None)
        else:
            raise OpPrereqError(f"Can't unset ipolicy attribute '{name}' on the cluster'")
    check_ipolicy(merged, has_standard=not is_group)
    return MappingProxyType(merged)


def _check_names(given: Iterable[str]) -> None:
    for name in given:
        if name not in IPOLICY_PARAMETERS:
            raise OpPrereqError(f"Invalid key in new ipolicy: {name}")


def _convert_entry(name: str, value: Any, own: Params, *, is_group: bool) -> Json:
    if name in _RATIOS:
        return freeze(_convert_ratio(name, value))
    if name == "std":
        if is_group:
            raise OpPrereqError("std cannot appear in group instance specs")
        return MappingProxyType({**_specs(own.get("std")), **enforce_types(value, ISPEC_TYPES)})
    if not isinstance(value, list):
        raise _invalid(f"{name} must be a list, not '{value}'")
    return tuple(map(_convert_limits, value)) if name == "minmax" else tuple(value)


def _convert_limits(limits: Any) -> Params:
    if not isinstance(limits, dict):
        raise _invalid(f"minmax must have objects with min and max, not '{limits}'")
    return MappingProxyType({side: MappingProxyType(enforce_types(spec, ISPEC_TYPES)) for side, spec in limits.items()})


def _convert_ratio(name: str, value: Any) -> float:
    try:
        return check_number(float(value))
    except (TypeError, ValueError, OverflowError) as error:
        raise OpPrereqError(f"Invalid value for attribute '{name}': '{value}', error: {error}") from error


def check_ipolicy(policy: Params, *, has_standard: bool) -> None:
    """Raise OpPrereqError unless that is a policy.

    :param has_standard: whether it says what the standard instance is, which must be within its limits.
    """
    if "minmax" in policy:
        _check_limits(policy["minmax"], policy.get("std"), has_standard=has_standard)
    if "disk-templates" in policy:
        _check_templates(policy["disk-templates"])


def _check_limits(minmax: Any, std: Any, *, has_standard: bool) -> None:
    if has_standard and std is None:
        raise _invalid("Missing key in ipolicy: std")
    if has_standard:
        _check_complete("std", std)
    if not minmax:
        raise _invalid("Empty minmax specifications")
    for limits in minmax:
        _check_range(limits)
    if has_standard and not any(_is_within(std, limits) for limits in minmax):
        raise _invalid("Invalid std specifications")


def _check_range(limits: Mapping[str, Mapping[str, int]]) -> None:
    if missing := sorted({"min", "max"} - limits.keys()):
        raise _invalid(f"Missing instance specification: {', '.join(missing)}")
    for side, spec in limits.items():
        _check_complete(side, spec)
    least, most = limits["min"], limits["max"]
    for name in ISPEC_PARAMETERS:
        if least[name] > most[name]:
            raise _invalid(f"Invalid specification of min/max values for {name}: {least[name]}/{most[name]}")


def _is_within(spec: Mapping[str, int], limits: Mapping[str, Mapping[str, int]]) -> bool:
    return all(limits["min"][name] <= spec[name] <= limits["max"][name] for name in ISPEC_PARAMETERS)


def _check_complete(side: str, spec: Mapping[str, Any]) -> None:
    if missing := [name for name in ISPEC_PARAMETERS if name not in spec]:
        raise _invalid(f"Missing instance specs parameters for {side}: {', '.join(missing)}")


def _check_templates(templates: Any) -> None:
    if not templates:
        raise _invalid("disk-templates must have at least one")
    if wrong := sorted({str(template) for template in templates}.difference(DISK_TEMPLATES)):
        raise _invalid(f"Invalid disk template(s) {', '.join(wrong)}")


def check_enabled_templates(policy: Params, enabled: Iterable[str]) -> None:
    """Raise OpPrereqError if a complete policy allows a disk template that the cluster has not enabled."""
    allowed: Any = policy.get("disk-templates", ())
    if wrong := sorted(set(allowed).difference(enabled)):
        text = "The following disk templates are allowed by the ipolicy, but not enabled on the cluster: "
        raise OpPrereqError(text + ", ".join(wrong))


def _specs(value: Json) -> Params:
    return value if isinstance(value, Mapping) else EMPTY


def _invalid(text: str) -> OpPrereqError:
    return OpPrereqError(f"Invalid instance policy: {text}", ErrorCode.WRONG_INPUT)
