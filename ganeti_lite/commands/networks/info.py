"""What ``gnt-network info`` tells. Source of names and order: what Ganeti 3.0's command prints."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from ganeti_lite.clients.luxi import LuxiClient
from ganeti_lite.commands.connection import connect_for_queries
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import Subject, info_command, read_rows

_FIELDS: Final = (
    *("name", "network", "gateway", "network6", "gateway6", "mac_prefix", "free_count", "reserved_count"),
    *("map", "group_list", "inst_list", "external_reservations", "serial_no", "uuid"),
)
_INSTANCE_FIELDS: Final = ("nic.ips", "nic.networks")
_WIDTH: Final = 64
"""Addresses in a line of the usage map, and characters in a line of reserved ones."""


def fetch_networks(invocation: Invocation) -> list[Record]:
    """Networks; ``instances`` has for each instance in it the addresses of its interfaces there, by their index."""
    with connect_for_queries(invocation) as client:
        answer = client.call("QueryNetworks", [list(invocation.arguments), list(_FIELDS), False])
        return [
            {**network, "instances": {name: _find_addresses(client, name, network) for name in _names_in(network)}}
            for network in read_rows(answer, _FIELDS)
        ]


def _names_in(network: Record) -> Sequence[str]:
    return network["inst_list"] or ()


def _find_addresses(client: LuxiClient, name: str, network: Record) -> list[list[object]]:
    answer = client.call("QueryInstances", [[name], list(_INSTANCE_FIELDS), False])
    return [
        [index, ip]
        for instance in read_rows(answer, _INSTANCE_FIELDS)
        for index, (ip, uuid) in enumerate(zip(*(instance[field] for field in _INSTANCE_FIELDS), strict=False))
        if uuid == network["uuid"]
    ]


def describe_networks(networks: Sequence[Record]) -> list[str]:
    """The lines about networks."""
    return [line for network in networks for line in _describe(network)]


def _describe(network: Record) -> Iterator[str]:
    yield f"Network name: {network['name']}"
    yield f"UUID: {network['uuid']}"
    yield f"Serial number: {network['serial_no']}"
    yield f"  Subnet: {network['network']}"
    yield f"  Gateway: {network['gateway']}"
    yield f"  IPv6 Subnet: {network['network6']}"
    yield f"  IPv6 Gateway: {network['gateway6']}"
    yield f"  Mac Prefix: {network['mac_prefix']}"
    yield from _describe_use(network)
    yield from _describe_groups(network["group_list"])
    yield from _describe_instances(network["instances"])


def _describe_use(network: Record) -> Iterator[str]:
    free = network["free_count"]
    size = free + network["reserved_count"]
    yield f"  Size: {size}"
    yield f"  Free: {free} ({100 * free / size if size else 0:.2f}%)"
    yield "  Usage map:"
    usage = network["map"] or ""
    for start in range(0, len(usage), _WIDTH):
        yield f"     {start:4} {usage[start : start + _WIDTH]:{_WIDTH}} {start + _WIDTH - 1}"
    yield "         (X) used    (.) free"
    if network["external_reservations"]:
        yield "  externally reserved IPs:"
        yield from (f"    {line}" for line in textwrap.wrap(network["external_reservations"], _WIDTH))


def _describe_groups(groups: Sequence[Sequence[object]] | None) -> Iterator[str]:
    if not groups:
        yield "  not connected to any node group"
        return
    yield "  connected to node groups:"
    yield from (f"    {name} (mode:{mode} link:{link} vlan:{vlan})" for name, mode, link, vlan in groups)


def _describe_instances(instances: dict[str, list[list[object]]]) -> Iterator[str]:
    if not instances:
        yield "  not used by any instances"
        return
    yield f"  used by {len(instances)} instances:"
    for name, addresses in instances.items():
        yield f"    {name}: {', '.join(f'{index}:{ip}' for index, ip in addresses)}"


INFO: Final = info_command(
    Subject(fetch_networks, describe_networks), "[<network-name>...]", "Shows everything about networks."
)
