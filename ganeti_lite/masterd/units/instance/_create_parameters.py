"""What a new instance is ordered to be: hypervisor, parameters, NICs, disks; all but its place.

Source: what Ganeti 3.0 checks, in its order.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._effects import Effects
from ganeti_lite.masterd.units._hypervisors import check_not_global, read_hvparams
from ganeti_lite.masterd.units._parameters import BE_TYPES, enforce_types, upgrade_beparams
from ganeti_lite.masterd.units._systems import check_texts
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.masterd.units.tags import check_tag
from ganeti_lite.snapshot import (
    EMPTY,
    Cluster,
    ClusterSnapshot,
    Instance,
    Params,
    default_hvparams,
)

from ._create_order import INSTANCE_IP, IS_RETRY
from ._nics import Addressing, claim_macs, read_nic

AUTO = "auto"
"""What stands for the cluster's value of a parameter."""


def read_instance(order: Order, snapshot: ClusterSnapshot) -> Effects[Instance]:
    """The instance as it is ordered: without primary node, disks, port; MACs and addresses may still be to be chosen.

    :raises GanetiError: it cannot be like this.
    """
    cluster = snapshot.cluster
    hypervisor = _choose_hypervisor(order["hypervisor"], cluster)
    tags = tuple(sorted({check_tag(tag) for tag in order["tags"]}))
    defaults = default_hvparams(cluster, hypervisor, order["os_type"])
    hvparams: Params = MappingProxyType(read_hvparams(hypervisor, order["hvparams"], defaults))
    check_not_global(hvparams)
    beparams = _read_beparams(order["beparams"], cluster)
    check_texts(order["osparams"], order["osparams_private"])
    osparams: Params = MappingProxyType(order["osparams"])
    nics = order["nics"]
    system = order["os_type"]
    if order["identify_defaults"]:
        base = (system or "").partition("+")[0]
        hvparams = _without(hvparams, defaults)
        beparams = _without(beparams, cluster.beparams.get("default", EMPTY))
        osparams = _without(
            osparams, {**cluster.osparams.get(base, EMPTY), **cluster.osparams.get(system or "", EMPTY)}
        )
        nics = [_without(nic, cluster.nicparams.get("default", EMPTY)) for nic in nics]
    addressing = Addressing(order.known.get(INSTANCE_IP))
    read = tuple(read_nic(nic, addressing, snapshot) for nic in nics)
    if not order.known.get(IS_RETRY):
        yield from claim_macs(read)
    return Instance(
        uuid=order.new_uuid,
        serial_no=1,
        name=order["instance_name"],
        os=system or "",
        hypervisor=hypervisor,
        hvparams=hvparams,
        beparams=beparams,
        osparams=osparams,
        osparams_private=MappingProxyType(order["osparams_private"] or {}),
        admin_state="down",
        admin_state_source="admin",
        disks_active=False,
        nics=read,
        tags=tags,
    )


def _choose_hypervisor(given: str | None, cluster: Cluster) -> str:
    enabled = cluster.enabled_hypervisors
    chosen = enabled[0] if given in (None, AUTO) else str(given)
    if chosen not in enabled:
        text = f"Selected hypervisor ({chosen}) not enabled in the cluster ({','.join(enabled)})"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE)
    return chosen


def _read_beparams(given: Mapping[str, Any], cluster: Cluster) -> Params:
    default = cluster.beparams.get("default", EMPTY)
    filled = {name: default.get(name) if value == AUTO else value for name, value in given.items()}
    return MappingProxyType(enforce_types(upgrade_beparams(filled), BE_TYPES))


def _without(own: Mapping[str, Any], defaults: Mapping[str, Any]) -> Params:
    """Those that are not what they would be anyway."""
    kept = {name: value for name, value in own.items() if name not in defaults or defaults[name] != value}
    return MappingProxyType(kept)
