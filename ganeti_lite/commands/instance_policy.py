"""The options for limits of instances, and the policy that they make. Source of the forms: Ganeti 3.0's commands."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.sizes import SizeError, parse_size

from .option_values import DEFAULT, read_bounds, read_key_values, read_list, read_ratio
from .options import Option, Values
from .parameter_types import INSTANCE_SIZES, enforce

BOUNDS: Final = Option(
    ("--ipolicy-bounds-specs",),
    "smallest and largest instances: min:KEY=VALUE,.../max:KEY=VALUE,..., several ranges by //",
    "SPECS",
    (),
    read_bounds,
)
STANDARD: Final = Option(
    ("--ipolicy-std-specs",), "the size of a usual instance: KEY=VALUE,...", "SPECS", (), read_key_values
)
TEMPLATES: Final = Option(
    ("--ipolicy-disk-templates",), "the disk templates that instances may have, by commas", "TEMPLATES", (), read_list
)
VCPU_RATIO: Final = Option(("--ipolicy-vcpu-ratio",), "virtual CPUs for each real one", "RATIO", (), read_ratio)
SPINDLE_RATIO: Final = Option(("--ipolicy-spindle-ratio",), "instances for each spindle", "RATIO", (), read_ratio)

GROUP_POLICY_OPTIONS: Final = (BOUNDS, TEMPLATES, VCPU_RATIO, SPINDLE_RATIO)
CLUSTER_POLICY_OPTIONS: Final = (*GROUP_POLICY_OPTIONS, STANDARD)

_SIZES: Final = ("disk-size", "memory-size")


def make_policy(options: Values, *, may_be_default: bool = False) -> dict[str, Any]:
    """The policy that was asked for; empty if none was.

    :param may_be_default: whether a limit can be taken back, so that the cluster's is in force.
    :raises OpPrereqError: sizes are none, or missing.
    """
    policy: dict[str, Any] = {}
    if options.has(BOUNDS.key):
        policy["minmax"] = _make_bounds(options.value(BOUNDS.key), may_be_default=may_be_default)
    if options.has(STANDARD.key):
        policy["std"] = _make_sizes(options.value(STANDARD.key), "std", is_complete=False)
    if options.has(TEMPLATES.key):
        templates = options.value(TEMPLATES.key)
        policy["disk-templates"] = DEFAULT if may_be_default and templates == [DEFAULT] else templates
    for option, name in ((VCPU_RATIO, "vcpu-ratio"), (SPINDLE_RATIO, "spindle-ratio")):
        if options.has(option.key):
            policy[name] = options.value(option.key)
    return policy


def _make_bounds(ranges: list[dict[str, dict[str, Any]]], *, may_be_default: bool) -> object:
    if may_be_default and ranges == [{DEFAULT: {}}]:
        return DEFAULT
    return [{end: _make_end(end, sizes) for end, sizes in each.items()} for each in ranges]


def _make_end(end: str, sizes: Mapping[str, Any]) -> dict[str, Any]:
    if end not in ("min", "max"):
        raise OpPrereqError(f"Invalid key in bounds instance specifications: {end}", ErrorCode.WRONG_INPUT)
    return _make_sizes(sizes, end, is_complete=True)


def _make_sizes(sizes: Mapping[str, Any], what: str, *, is_complete: bool) -> dict[str, Any]:
    typed = enforce({name: _parse(name, value, what) for name, value in sizes.items()}, INSTANCE_SIZES)
    missing = INSTANCE_SIZES.keys() - typed.keys()
    if is_complete and missing:
        reason = f"Missing parameters in ipolicy spec {what}: {', '.join(sorted(missing))}"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    return typed


def _parse(name: str, value: Any, what: str) -> object:
    if name not in _SIZES:
        return value
    try:
        return parse_size(value)
    except SizeError as error:
        reason = f"Invalid parameter {name} ({value}) in {what} instance specs: {error}"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT) from error
