"""Network interfaces of made-up instances."""

import ipaddress
from collections.abc import Sequence
from typing import Final

from ._draws import Deck, Draws
from ._networks import Network
from ._objects import JsonObject, without_absent
from ._placement import MacAddresses

CLUSTER_MAC_PREFIX: Final = "aa:00:00"
_FIRST_FREE_ADDRESS: Final = int(ipaddress.IPv4Address("100.64.0.10"))
"""Of the shared address space, for interfaces outside all networks."""

_SETS: Final[Sequence[Sequence[str]]] = (
    ("network",),
    ("network",),
    ("network",),
    ("network", "default"),
    ("network", "routed"),
    ("default",),
    ("default",),
    ("routed",),
    ("switched", "network"),
    ("network", "default", "switched", "routed"),
    (),
)
"""Kinds of an instance's interfaces."""


class NicMaker:
    """Makes the interfaces of one instance after another; every MAC and IP address comes once only."""

    def __init__(self, draws: Draws, networks: Sequence[Network]) -> None:
        self._draws = draws
        self._networks = {network.uuid: network for network in networks}
        self._macs = MacAddresses(draws)
        self._sets = Deck(draws, _SETS)
        self._addresses = 0

    def make_nics(self, group: JsonObject) -> list[JsonObject]:
        """The interfaces of an instance whose primary node is in ``group``."""
        nics = [self._make_nic(kind, group) for kind in self._sets.deal()]
        if len(nics) > 1 and self._draws.chance(0.5):
            nics[-1]["name"] = self._draws.choice(("front", "back", "storage"))
        return [without_absent(nic) for nic in nics]

    def _make_nic(self, kind: str, group: JsonObject) -> JsonObject:
        if kind == "network":
            in_network = self._nic_in_network(group)
            if in_network is not None:
                return in_network
            kind = "default"
        if kind == "routed":
            return self._nic({"mode": "routed", "link": "100"}, ip=self._take_address())
        if kind == "switched":
            vlan = f".{self._draws.randint(2, 400)}"
            return self._nic({"mode": "openvswitch", "link": "switch1", "vlan": vlan})
        return self._nic({}, ip=self._take_address() if self._draws.chance(0.3) else None)

    def _nic_in_network(self, group: JsonObject) -> JsonObject | None:
        """An interface in one of the group's networks, with its connection's parameters; None where all are full."""
        uuids = list(group["networks"])
        for uuid in self._draws.sample(uuids, len(uuids)):
            network = self._networks[uuid]
            address = network.take_address()
            if address is not None:
                prefix = network.entry.get("mac_prefix", CLUSTER_MAC_PREFIX)
                return self._nic(dict(group["networks"][uuid]), ip=address, prefix=prefix, network=uuid)
        return None

    def _nic(
        self,
        params: JsonObject,
        *,
        ip: str | None = None,
        prefix: str = CLUSTER_MAC_PREFIX,
        network: str | None = None,
    ) -> JsonObject:
        return {
            "mac": self._macs.take(prefix),
            "ip": ip,
            "nicparams": params,
            "network": network,
            "name": None,
            "uuid": self._draws.uuid(),
        }

    def _take_address(self) -> str:
        self._addresses += 1
        return str(ipaddress.IPv4Address(_FIRST_FREE_ADDRESS + self._addresses))
