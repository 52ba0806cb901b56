"""Fields of operating systems, as the nodes tell them."""

from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.live import Diagnosis, Live
from ganeti_lite.snapshot import nice_key

from ._field import each_live, index_fields, live_field

VARIANTS, PARAMETERS, API_VERSIONS, TRUSTED = 3, 4, 5, 6
"""Where a definition has what it tells, behind path, validity and complaint."""


def _intersect(system: Diagnosis, member: int) -> set[Any]:
    """What the definitions that count have in common; parameters, which are lists, as tuples."""
    found = [{_freeze(item) for item in definition.members[member]} for definition in system.valid_prefix]
    return set.intersection(*found) if found else set()


def _freeze(item: object) -> object:
    return tuple(item) if isinstance(item, list) else item


def _variants(_: Live, system: Diagnosis) -> tuple[str, ...]:
    return tuple(sorted(_intersect(system, VARIANTS), key=nice_key))


def _parameters(_: Live, system: Diagnosis) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(_intersect(system, PARAMETERS), key=lambda pair: nice_key(pair[0])))


def _api_versions(_: Live, system: Diagnosis) -> tuple[int, ...]:
    return tuple(sorted(_intersect(system, API_VERSIONS)))


def _is_trusted(_: Live, system: Diagnosis) -> bool:
    """Whether every node trusts it; nodes before 2.12 do not say, and trust it."""
    found = (definition for definitions in system.by_node.values() for definition in definitions[:1])
    return all(definition.members[TRUSTED] for definition in found if len(definition.members) > TRUSTED)


def _node_status(_: Live, system: Diagnosis) -> Mapping[str, object]:
    return {node: tuple(item.members for item in definitions) for node, definitions in system.by_node.items()}


def _select_of(system: Diagnosis, entries: Mapping[str, object]) -> Mapping[str, object]:
    """The cluster's entries for the variants that every node has."""
    names = (f"{system.name}+{variant}" for variant in sorted(_intersect(system, VARIANTS), key=nice_key))
    return {name: entries[name] for name in names if name in entries}


OS_FIELDS: Final = index_fields(
    [
        live_field(
            "name", "Name", FieldKind.TEXT, "Its name, without a variant", each_live(lambda _, system: system.name)
        ),
        live_field(
            "valid",
            "Valid",
            FieldKind.BOOL,
            "Whether every node has a valid definition",
            each_live(lambda _, system: system.first_definitions is not None),
        ),
        live_field(
            "hidden",
            "Hidden",
            FieldKind.BOOL,
            "Whether the cluster hides it",
            each_live(lambda live, system: system.name in live.snapshot.cluster.hidden_os),
        ),
        live_field(
            "blacklisted",
            "Blacklisted",
            FieldKind.BOOL,
            "Whether the cluster refuses to install it",
            each_live(lambda live, system: system.name in live.snapshot.cluster.blacklisted_os),
        ),
        live_field("variants", "Variants", FieldKind.OTHER, "The variants that every node has", each_live(_variants)),
        live_field(
            "parameters",
            "Parameters",
            FieldKind.OTHER,
            "The parameters that every node knows, with what they mean",
            each_live(_parameters),
        ),
        live_field(
            "api_versions",
            "ApiVersions",
            FieldKind.OTHER,
            "The interface versions that every node has",
            each_live(_api_versions),
        ),
        live_field("node_status", "NodeStatus", FieldKind.OTHER, "Each node's definitions", each_live(_node_status)),
        live_field(
            "os_hvp",
            "OsHypervisorParams",
            FieldKind.OTHER,
            "Hypervisor parameters that the cluster sets for it",
            each_live(lambda live, system: _select_of(system, live.snapshot.cluster.os_hvp)),
        ),
        live_field(
            "osparams",
            "OsParameters",
            FieldKind.OTHER,
            "Parameters that the cluster sets for it",
            each_live(lambda live, system: _select_of(system, live.snapshot.cluster.osparams)),
        ),
        live_field("trusted", "Trusted", FieldKind.BOOL, "Whether every node trusts it", each_live(_is_trusted)),
    ]
)
