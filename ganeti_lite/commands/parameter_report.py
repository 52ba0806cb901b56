"""Parameters and limits in reports: what is set at this level, and what comes from above."""

from collections.abc import Mapping, Sequence
from typing import Any

from .report import Section


def describe_parameters(own: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, object]:
    """Each parameter in force with its value, in ``default (...)`` unless it is set here.

    :param own: what is set here.
    :param actual: what is in force.
    """
    described: dict[str, object] = {}
    for name, value in actual.items():
        if isinstance(value, Mapping) and value:
            described[name] = describe_parameters(own.get(name, {}), value)
        else:
            described[name] = str(own[name]) if name in own else f"default ({value})"
    return described


def describe_policy(own: Mapping[str, Any], actual: Mapping[str, Any]) -> Section:
    """The limits of instances in a node group."""
    own_bounds = own.get("minmax")
    bounds = [
        Section(
            tuple(
                (f"{end}/{index}", describe_parameters(bound[end] if own_bounds else {}, bound[end]))
                for end in ("min", "max")
            )
        )
        for index, bound in enumerate(own_bounds or actual["minmax"])
    ]
    return Section(
        (
            ("bounds specs", bounds),
            ("allowed disk templates", _join_or_default(own.get("disk-templates"), actual["disk-templates"])),
            *((ratio, own.get(ratio, f"default ({actual[ratio]})")) for ratio in ("vcpu-ratio", "spindle-ratio")),
        )
    )


def _join_or_default(own: Sequence[str] | None, actual: Sequence[str]) -> str:
    return ", ".join(own) if own is not None else f"default ({', '.join(actual)})"
