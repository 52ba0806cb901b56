"""OP_INSTANCE_CREATE's arguments: what can be said of them before anything is locked.

Source: what Ganeti 3.0 checks, in its order. What is not supported here is refused here.
"""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.units._effects import Effects, info, warning
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import Cluster

from ._names import check_device_names, normalize_name, resolve_sanely
from ._new_disks import FILE_TEMPLATES, check_free_members, check_template, enforce_disks
from ._nics import check_vlan

INSTANCE_IP: Final = "instance ip"
"""Where the address of the new instance's name is among what is known of the order."""

IS_RETRY: Final = "is retry"
"""What is known of an order whose MAC addresses are reserved already."""

DEFAULT_ALLOCATOR: Final = "."
"""What stands for the cluster's."""

_DEFAULT_DRIVER: Final = "loop"


def check_supported(parameters: Mapping[str, Any]) -> None:
    """Raise OpPrereqError if an instance is ordered in a way that is not supported."""
    if parameters.get("forthcoming") and parameters.get("commit"):
        raise OpPrereqError("Forthcoming generation and commiting are mutually exclusive")
    refused = {
        "mode": f"mode '{parameters['mode']}'" if parameters["mode"] != "create" else None,
        "forthcoming": "forthcoming instances" if parameters.get("forthcoming") else None,
        "commit": "forthcoming instances" if parameters.get("commit") else None,
        "communication": "instance communication" if parameters.get("instance_communication") else None,
        "image": "OS images" if parameters["osparams"].get("os-image") else None,
    }
    for what in filter(None, refused.values()):
        raise OpPrereqError(f"Creating instances: {what} not supported by this master daemon")


def prepare_order(order: Order, cluster: Cluster) -> Effects[Order]:
    """The order with the instance's full name, template, driver, and either a node or an allocator.

    :raises OpPrereqError: it cannot be meant.
    """
    check_supported(order.parameters)
    for disk in order["disks"]:
        check_free_members(disk, order.op_id)
    if order["no_install"] and order["start"]:
        yield info("No-installation mode selected, disabling startup")
        order = order.with_parameters(start=False)
    order = yield from _find_name(order)
    check_device_names("NIC", order["nics"])
    order = order.with_parameters(nics=[check_vlan(nic) for nic in order["nics"]])
    check_device_names("disk", order["disks"])
    template = order["disk_template"] or cluster.enabled_disk_templates[0]
    check_template(template, cluster)
    order = order.with_parameters(disks=enforce_disks(order["disks"], template))
    driver = order["file_driver"] or (_DEFAULT_DRIVER if template in FILE_TEMPLATES else None)
    order = choose_allocator(order.with_parameters(disk_template=template, file_driver=driver), cluster)
    if order["pnode"] is not None and order["snode"]:
        yield warning("Secondary node will be ignored on non-mirrored disk template")
        order = order.with_parameters(snode=None)
    if order["opportunistic_locking"] and not order["iallocator"]:
        text = "Opportunistic locking is only available in combination with an instance allocator"
        raise OpPrereqError(text)
    _check_system(order["os_type"], cluster)
    return order


def _find_name(order: Order) -> Effects[Order]:
    name = normalize_name(order["instance_name"])
    if order["ip_check"] and not order["name_check"]:
        raise OpPrereqError("Cannot do IP address check without a name check")
    if not order["name_check"]:
        return order.with_parameters(instance_name=name)
    host = yield from resolve_sanely(name)
    named = order.with_parameters(instance_name=host.name)
    return evolve(named, known={**order.known, INSTANCE_IP: host.ip})


def choose_allocator(order: Order, cluster: Cluster, node: str = "pnode") -> Order:
    """The order with the cluster's allocator, if it wants that, or says nothing of who chooses a node.

    :param node: the parameter that names one.
    :raises OpPrereqError: it says too much, or the cluster has none.
    """
    named, allocator = order[node], order["iallocator"]
    if named is not None and allocator is not None:
        raise OpPrereqError("Do not specify both, iallocator and node")
    if named is not None or allocator not in (None, DEFAULT_ALLOCATOR):
        return order
    if not cluster.default_iallocator:
        raise OpPrereqError(
            "No iallocator or node given and no cluster-wide default iallocator found; please specify either an"
            " iallocator or a node, or set a cluster-wide default iallocator"
        )
    return order.with_parameters(iallocator=cluster.default_iallocator)


def _check_system(system: str | None, cluster: Cluster) -> None:
    if system is None:
        raise OpPrereqError("No guest OS or OS image specified")
    if system in cluster.blacklisted_os:
        raise OpPrereqError(f"Guest OS '{system}' is not allowed for installation", ErrorCode.WRONG_STATE)
