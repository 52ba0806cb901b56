"""Instance fields about network interfaces: ``nic.*``.

Parameters of a NIC are filled from the cluster's defaults; the group's connection to the network is not consulted.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from attrs import frozen

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import ClusterSnapshot, Instance, Nic, Params

from ._field import Field, Rule, Source, config_field, each, each_in

MAX_NICS: Final = 8
"""How many NICs have fields of their own (``nic.mac/0`` to ``/7``)."""

NicValue: TypeAlias = Callable[[ClusterSnapshot, Nic], object]
"""A NIC's value: None if there is none, ``NODATA`` if it cannot be known."""


def _attribute(name: str) -> NicValue:
    return lambda _, nic: getattr(nic, name)


def _parameter(name: str) -> NicValue:
    """A parameter in force."""

    def value_of(snapshot: ClusterSnapshot, nic: Nic) -> object:
        default = snapshot.cluster.nicparams.get("default")
        return NODATA if default is None else nic.nicparams.get(name, default.get(name))

    return value_of


def _parameter_in_mode(name: str, mode: str) -> NicValue:
    """A parameter in force that means something in one mode only."""

    def value_of(snapshot: ClusterSnapshot, nic: Nic) -> object:
        current = mode_of(snapshot, nic)
        return value_in_mode(snapshot, nic) if current == mode else NODATA if current is NODATA else None

    mode_of, value_in_mode = _parameter("mode"), _parameter(name)
    return value_of


def _network_name(snapshot: ClusterSnapshot, nic: Nic) -> object:
    if nic.network is None:
        return None
    network = snapshot.networks.get(nic.network)
    return NODATA if network is None else network.name


def _list_of(value_of: NicValue) -> Rule:
    """Every NIC's value in order; no data if one of them cannot be known."""

    def values_of(snapshot: ClusterSnapshot, instance: Instance) -> object:
        values = tuple([value_of(snapshot, nic) for nic in instance.nics])
        return NODATA if NODATA in values else values

    return each_in(values_of)


def _at(index: int, value_of: NicValue) -> Rule:
    """The value of the NIC of that index."""

    def value_at(snapshot: ClusterSnapshot, instance: Instance) -> object:
        value = value_of(snapshot, instance.nics[index]) if index < len(instance.nics) else None
        return UNAVAIL if value is None else value

    return each_in(value_at)


@frozen
class _Family:
    """A property of NICs with a field for all and one for each."""

    single: str
    plural: str
    title: str
    list_title: str
    what: str
    value_of: NicValue
    sources: tuple[Source, ...] = ()

    def fields(self) -> Iterator[Field]:
        kind = FieldKind.OTHER
        doc = f"The {self.what} of each NIC, in order"
        yield config_field(self.plural, self.list_title, kind, doc, _list_of(self.value_of), *self.sources)
        for index in range(MAX_NICS):
            name, title = f"{self.single}/{index}", f"{self.title}/{index}"
            doc = f"The {self.what} of NIC {index}"
            yield config_field(name, title, FieldKind.TEXT, doc, _at(index, self.value_of), *self.sources)


_DEFAULTS: Final = (Source.CLUSTER,)
_FAMILIES: Final = (
    _Family("nic.mac", "nic.macs", "NicMAC", "NIC_MACs", "MAC address", _attribute("mac")),
    _Family("nic.ip", "nic.ips", "NicIP", "NIC_IPs", "IP address", _attribute("ip")),
    _Family("nic.name", "nic.names", "NicName", "NIC_Names", "name", _attribute("name")),
    _Family("nic.uuid", "nic.uuids", "NicUUID", "NIC_UUIDs", "UUID", _attribute("uuid")),
    _Family("nic.mode", "nic.modes", "NicMode", "NIC_modes", "mode", _parameter("mode"), _DEFAULTS),
    _Family("nic.link", "nic.links", "NicLink", "NIC_links", "link", _parameter("link"), _DEFAULTS),
    _Family(
        "nic.bridge",
        "nic.bridges",
        "NicBridge",
        "NIC_bridges",
        "bridge (in bridged mode)",
        _parameter_in_mode("link", "bridged"),
        _DEFAULTS,
    ),
    _Family(
        "nic.vlan",
        "nic.vlans",
        "NicVLAN",
        "NIC_VLANs",
        "VLAN (in openvswitch mode)",
        _parameter_in_mode("vlan", "openvswitch"),
        _DEFAULTS,
    ),
    _Family("nic.network", "nic.networks", "NicNetwork", "NIC_networks", "network's UUID", _attribute("network")),
    _Family(
        "nic.network.name",
        "nic.networks.names",
        "NicNetworkName",
        "NIC_networks_names",
        "network's name",
        _network_name,
        (Source.NETWORKS,),
    ),
)


def _stored_parameters(instance: Instance) -> tuple[Params, ...]:
    return tuple(nic.nicparams for nic in instance.nics)


NIC_FIELDS: Final = (
    config_field("nic.count", "NICs", FieldKind.NUMBER, "How many NICs it has", each(lambda row: len(row.nics))),
    config_field(
        "custom_nicparams",
        "CustomNicParameters",
        FieldKind.OTHER,
        "The parameters that each NIC sets itself",
        each(_stored_parameters),
    ),
    *(field for family in _FAMILIES for field in family.fields()),
)
