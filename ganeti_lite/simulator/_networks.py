"""Networks of a made-up cluster, and the addresses that its instances take from them."""

import ipaddress
from typing import Final

from ._draws import Draws
from ._names import network_names
from ._objects import JsonObject

MAX_NETWORKS: Final = 200
"""One second byte of 10.0.0.0/8 each."""

_SMALLEST, _LARGEST = 24, 16
"""Prefix lengths; Ganeti knows no network larger than a /16."""

_SET_ASIDE: Final = 8
"""Addresses after the gateway's that belong to routers, printers and the like."""


class Network:
    """A network under construction: its JSON object and the pool of addresses that are still free."""

    def __init__(self, entry: JsonObject, prefix_length: int) -> None:
        self.entry = entry
        self.uuid = str(entry["uuid"])
        self._base = ipaddress.IPv4Network(entry["network"]).network_address
        self._taken = bytearray(b"0" * (1 << (32 - prefix_length)))
        self._next = 2 + _SET_ASIDE

    def take_address(self) -> str | None:
        """The next free address, marked as reserved; None when the network is full."""
        if self._next >= len(self._taken) - 1:
            return None
        self._taken[self._next] = ord("1")
        self._next += 1
        return str(self._base + self._next - 1)

    def to_json(self) -> JsonObject:
        """The object for config.data, with the reservations made so far."""
        size = len(self._taken)
        outside = b"1" * (2 + _SET_ASIDE) + b"0" * (size - 3 - _SET_ASIDE) + b"1"
        return {**self.entry, "reservations": self._taken.decode(), "ext_reservations": outside.decode()}


def make_networks(count: int, addresses: int, seed: int, epoch: int) -> list[Network]:
    """``count`` networks, large enough (up to Ganeti's limit) to hold ``addresses`` between them."""
    draws = Draws(seed, "networks")
    prefix_length = _prefix_length(addresses // max(count, 1))
    return [
        Network(_network(draws, name, index, prefix_length, epoch), prefix_length)
        for index, name in zip(range(count), network_names(), strict=False)
    ]


def _prefix_length(addresses: int) -> int:
    needed = (addresses + _SET_ASIDE + 3) * 5 // 4
    return max(_LARGEST, min(_SMALLEST, 32 - needed.bit_length()))


def _network(draws: Draws, name: str, index: int, prefix_length: int, epoch: int) -> JsonObject:
    ctime, mtime = draws.moments(epoch, days=700)
    entry: JsonObject = {"name": name}
    if index % 2 == 0:
        entry["mac_prefix"] = f"aa:00:{index + 1:02x}"
    entry["network"] = f"10.{index + 1}.0.0/{prefix_length}"
    if index % 3 == 1:
        entry["network6"] = f"fd00:{index + 1:x}::/64"
    if index % 4 != 3:
        entry["gateway"] = f"10.{index + 1}.0.1"
    if index % 3 == 1:
        entry["gateway6"] = f"fd00:{index + 1:x}::1"
    return entry | {
        "reservations": "",
        "ext_reservations": "",
        "uuid": draws.uuid(),
        "ctime": ctime,
        "mtime": mtime,
        "serial_no": draws.randint(1, 5),
        "tags": ["dmz"] if name == "dmz" or index == 0 else [],
    }


def connect_networks(groups: list[JsonObject], networks: list[Network]) -> None:
    """Connects each network to the groups: all but every third network to every group, the others to one."""
    for index, network in sorted(enumerate(networks), key=lambda each: each[1].uuid):
        reached = groups if index % 3 != 2 else [groups[index % len(groups)]]
        for group in reached:
            group["networks"][network.uuid] = _connection(index)


def _connection(index: int) -> JsonObject:
    match index % 3:
        case 0:
            return {"mode": "bridged", "link": f"br{index + 1}", "vlan": ""}
        case 1:
            return {"mode": "routed", "link": f"{100 * index}", "vlan": ""}
        case _:
            return {"mode": "openvswitch", "link": "switch1", "vlan": f".{index + 100}"}
