"""NICs as opcodes bring them, and what they get: MAC addresses, parameters and addresses of networks.

Source: what Ganeti 3.0 does. A NIC in a network has the parameters by which the network is connected to the group of
the instance's node, which is why it gets them, and its address, only once that node is known.
"""

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import ConfigurationError, OpPrereqError, ReservationError
from ganeti_lite.masterd.address_pool import offset_of
from ganeti_lite.masterd.lookup import find_network
from ganeti_lite.masterd.resources import RandomBytes, claim_ip, claim_mac, first_free_ip, new_mac, new_uuid
from ganeti_lite.masterd.units._effects import Effects, Reserve, info
from ganeti_lite.masterd.units._nicparams import find_nic_problem
from ganeti_lite.snapshot import Cluster, ClusterSnapshot, Network, Nic, Node, NodeGroup, fill_nicparams

from ._names import NO_VALUE, read_name

AUTO: Final = "auto"
GENERATED: Final = (AUTO, "generate")
"""What stands for a MAC address that nobody has."""

POOL: Final = "pool"
"""What stands for the first free address of a network."""

_MAC: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_NUMBERS: Final = re.compile(r"\d+(?::\d+)*")


@frozen
class Addressing:
    """Where the address of a NIC comes from that has it from its instance's name.

    :ivar default_ip: the instance's; None if its name has not been checked.
    """

    default_ip: str | None = None


def check_vlan(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A NIC with its VLAN as it is kept: a number alone gets a dot in front.

    :raises OpPrereqError: it is none.
    """
    vlan: str | None = given.get("vlan")
    if not vlan:
        return given
    if vlan[0] in ".:":
        if not _NUMBERS.fullmatch(vlan[1:]):
            raise OpPrereqError(f"Specified VLAN parameter is invalid : {vlan}")
        return given
    if not vlan.isdigit():
        raise OpPrereqError(f"Specified VLAN parameter is invalid : {vlan}")
    return {**given, "vlan": f".{vlan}"}


def read_nic(given: Mapping[str, Any], addressing: Addressing, snapshot: ClusterSnapshot) -> Nic:
    """A new NIC: without UUID, its MAC address maybe still to be chosen, its address maybe ``pool``.

    :raises OpPrereqError, ConfigurationError: it cannot be had like this.
    """
    network = _read_network(given, snapshot)
    mode = given.get("mode")
    ip = _read_ip(given.get("ip"), network, addressing)
    effective = _default_mode(snapshot.cluster) if mode in (None, AUTO) else mode
    if effective == "routed" and not ip and network is None:
        raise OpPrereqError("Routed nic mode requires an ip address if not attached to a network")
    params = {"mode": effective if mode else None, "link": given.get("link"), "vlan": given.get("vlan")}
    own = MappingProxyType({name: value for name, value in params.items() if value})
    check_nicparams(fill_nicparams(snapshot.cluster, own) or own)
    return Nic(
        mac=normalize_mac(given.get("mac", AUTO)),
        uuid="",
        ip=ip,
        nicparams=own,
        network=None if network is None else network.uuid,
        name=read_name(given.get("name")),
    )


def _default_mode(cluster: Cluster) -> Any:
    return cluster.nicparams.get("default", {}).get("mode")


def _read_network(given: Mapping[str, Any], snapshot: ClusterSnapshot) -> Network | None:
    name = given.get("network")
    if name is None or name.lower() == NO_VALUE:
        return None
    if given.get("mode") is not None or given.get("link") is not None:
        raise OpPrereqError("If network is given, no mode or link is allowed to be passed")
    return find_network(snapshot, name)


def _read_ip(given: str | None, network: Network | None, addressing: Addressing) -> str | None:
    match None if given is None else given.lower():
        case None | "none":
            return None
        case "auto":
            if addressing.default_ip is None:
                raise OpPrereqError("IP address set to auto but name checks have been skipped")
            return addressing.default_ip
        case "pool":
            if network is None:
                raise OpPrereqError("if ip=pool, parameter network must be passed too")
            return POOL
        case _:
            return check_ip(str(given))


def check_ip(ip: str) -> str:
    """An IPv4 or IPv6 address as it was given; raises OpPrereqError if it is none."""
    try:
        ip_address(ip)
    except ValueError as error:
        raise OpPrereqError(f"Invalid IP address '{ip}'") from error
    return ip


def normalize_mac(mac: str) -> str:
    """A MAC address in lower case, or what stands for one that is still to be chosen.

    :raises OpPrereqError: it is none.
    """
    if mac in GENERATED:
        return mac
    if not _MAC.fullmatch(mac.lower()):
        raise OpPrereqError(f"Invalid MAC address '{mac}'")
    return mac.lower()


def check_nicparams(filled: Mapping[str, Any]) -> None:
    """Raise ConfigurationError unless a NIC can have these parameters, which are all that it has."""
    if (problem := find_nic_problem(filled)) is not None:
        raise ConfigurationError(problem)


def claim_macs(nics: Sequence[Nic]) -> Effects[None]:
    """Keep the MAC addresses that were given from others.

    :raises OpPrereqError: somebody has one.
    """
    for nic in nics:
        if nic.mac not in GENERATED:
            yield Reserve(claim_mac(nic.mac))


def give_uuid(nic: Nic, random: RandomBytes) -> Effects[Nic]:
    """The NIC with a UUID of its own."""
    ((_, uuid),) = yield Reserve(new_uuid(random))
    return evolve(nic, uuid=uuid)


def give_mac(nic: Nic, random: RandomBytes) -> Effects[Nic]:
    """The NIC with a MAC address of its own, if it is still to be chosen."""
    if nic.mac not in GENERATED:
        return nic
    ((_, mac),) = yield Reserve(new_mac(random, nic.network))
    return evolve(nic, mac=mac)


def place_nic(index: int, nic: Nic, node: Node, snapshot: ClusterSnapshot, *, checks: bool) -> Effects[Nic]:
    """The NIC with its network's parameters and its address, now that the node of its instance is known.

    :param checks: whether addresses are looked for that belong to others.
    :raises OpPrereqError: its network is not connected there, or its address belongs to somebody.
    """
    group = snapshot.group_of(node)
    if nic.network is None:
        if checks:
            check_ip_outside(nic.ip, group, snapshot)
        return nic
    network = find_network(snapshot, nic.network)
    params = None if group is None else group.networks.get(network.uuid)
    if params is None:
        place = f"Probably not connected to node's {node.name} nodegroup"
        raise OpPrereqError(f"No netparams found for network {network.name}. {place}")
    yield info(f"NIC/{index} inherits netparams {[params[name] for name in sorted(params)]}")
    ip = yield from take_ip(index, nic.ip, network, checks=checks)
    return evolve(nic, ip=ip, nicparams=params)


def take_ip(index: int, ip: str | None, network: Network, *, checks: bool) -> Effects[str | None]:
    """The address *ip* of a network, or its first free one, for a NIC."""
    if ip is None:
        return None
    if ip != POOL:
        yield Reserve(claim_ip(network.uuid, ip, checks_external=checks))
        return ip
    try:
        ((_, chosen),) = yield Reserve(first_free_ip(network.uuid))
    except ReservationError as error:
        text = f"Unable to get a free IP for NIC {index} from the address pool"
        raise OpPrereqError(text, ErrorCode.WRONG_STATE) from error
    yield info(f"Chose IP {chosen} from network {network.name}")
    return str(chosen)


def check_ip_outside(ip: str | None, group: NodeGroup | None, snapshot: ClusterSnapshot) -> None:
    """Raise OpPrereqError if an address belongs to a network of the group, to which its NIC does not."""
    if ip is None or group is None:
        return
    for uuid in group.networks:
        network = snapshot.networks.get(uuid)
        if network is not None and offset_of(network, ip) is not None:
            place = f"belongs to network {network.name}, but the target NIC does not."
            raise OpPrereqError(f"The requested IP address ({ip}) {place}", ErrorCode.WRONG_STATE)
