"""OP_NETWORK_SET_PARAMS."""

from collections.abc import Callable

from attrs import evolve, frozen

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import AddressPoolError, OpPrereqError
from ganeti_lite.masterd.changes import update
from ganeti_lite.masterd.units._addresses import normalize_mac_prefix
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, HookPlan, warning
from ganeti_lite.masterd.units._unit import Order
from ganeti_lite.snapshot import ClusterSnapshot, Network

from ._arguments import NONE, check_addresses
from ._one_network import OneNetwork, describe_network, held_network
from ._pool import is_reserved, release, reserve


@frozen
class Modification:
    """A network as it was, and the values that it is to have; addresses are reserved when it is executed."""

    before: Network
    after: Network


class NetworkSetParams(OneNetwork[Modification]):
    """Changes a network's gateways, prefixes and reserved addresses."""

    op_id = "OP_NETWORK_SET_PARAMS"

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """Gateway and reserved addresses cannot change at once."""
        check_addresses(order, "gateway", "network6", "gateway6")
        if order["gateway"] and (order["add_reserved_ips"] or order["remove_reserved_ips"]):
            raise OpPrereqError("Cannot modify gateway and reserved ips at once")
        return super().expand(order, snapshot)

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Modification]:
        """No instance may have the address of the gateway."""
        yield from ()
        network = held_network(order, snapshot)
        gateway = _choose(order["gateway"], network.gateway)
        if order["gateway"] and gateway is not None and is_reserved(network, gateway, for_instances=True):
            raise OpPrereqError(f"Gateway IP address '{gateway}' is already reserved", ErrorCode.WRONG_STATE)
        after = evolve(
            network,
            gateway=gateway,
            network6=_choose(order["network6"], network.network6),
            gateway6=_choose(order["gateway6"], network.gateway6),
            mac_prefix=_choose(order["mac_prefix"], network.mac_prefix, normalize_mac_prefix),
        )
        return Modification(network, after)

    def hooks(self, order: Order, plan: Modification, snapshot: ClusterSnapshot) -> HookPlan:
        """On the master, which is told the values that are to be."""
        del order
        return describe_network("network-modify", plan.after, snapshot)

    def execute(self, order: Order, plan: Modification) -> Effects[object]:
        """Reserve and release what can be, and write it.

        :raises AddressPoolError: the new gateway's address is reserved, or the old one's was not.
        """
        network = plan.after
        if order["gateway"] and plan.before.gateway == network.gateway:
            yield warning(f"Gateway is already {network.gateway}")
        elif order["gateway"]:
            network = reserve(network, network.gateway) if network.gateway else network
            network = release(network, plan.before.gateway) if plan.before.gateway else network
        for ip in order["add_reserved_ips"] or ():
            network = yield from _try(reserve, network, ip, "Cannot reserve")
        for ip in order["remove_reserved_ips"] or ():
            if ip == network.gateway:
                yield warning("Cannot unreserve Gateway's IP")
            else:
                network = yield from _try(release, network, ip, "Cannot release")
        yield ChangeConfig(lambda snapshot, now: update(snapshot, network, now))
        return None


def _choose(given: str | None, stored: str | None, convert: Callable[[str], str] = str) -> str | None:
    """The value that is to be."""
    if not given:
        return stored
    return None if given == NONE else convert(given)


def _try(change: Callable[[Network, str], Network], network: Network, ip: str, what: str) -> Effects[Network]:
    """The network after a change of its addresses, or as it is, if that cannot be."""
    try:
        return change(network, ip)
    except AddressPoolError as error:
        yield warning(f"{what} IP address {ip}: {error}")
        return network
