"""The kinds of items that can be listed, and what is particular about each one's list.

Source: columns, options and exceptions of Ganeti 3.0's commands.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from ganeti_lite.constants import ItemType

from .cells import CellFormat, join_with_commas


class Resource(NamedTuple):
    """A kind of items.

    :ivar plural: what several of them are called.
    :ivar default_fields: the columns of a list without ``--output``.
    :ivar overrides: fields whose cells are not shown as their kind says.
    :ivar has_units: whether a list takes ``--units``.
    :ivar has_filter_flag: whether a list takes ``--filter``.
    :ivar defaults_variable: the environment variable with a list's default options.
    """

    item_type: ItemType
    plural: str
    default_fields: tuple[str, ...]
    overrides: Mapping[str, CellFormat]
    list_synopsis: str
    list_fields_synopsis: str = "[fields...]"
    has_units: bool = False
    has_filter_flag: bool = True
    defaults_variable: str | None = None


def format_parameters(parameters: Mapping[str, object]) -> str:
    """``name=value`` pairs."""
    return ", ".join(f"{name}={value}" for name, value in parameters.items()) or "(empty)"


def format_connections(connections: Sequence[Sequence[object]]) -> str:
    """A network's node groups, each with the parameters of its connection."""
    return ", ".join(f"{group} ({mode}, {link}, {vlan})" for group, mode, link, vlan in connections)


_JOINED_OF_INSTANCE: Final = (
    "tags",
    "disk.sizes",
    "nic.macs",
    "nic.ips",
    "nic.modes",
    "nic.links",
    "nic.bridges",
    "nic.networks",
    "snodes",
    "snodes.group",
    "snodes.group.uuid",
)

INSTANCE: Final = Resource(
    item_type=ItemType.INSTANCE,
    plural="instances",
    default_fields=("name", "hypervisor", "os", "pnode", "status", "oper_ram"),
    overrides=dict.fromkeys(_JOINED_OF_INSTANCE, join_with_commas),
    list_synopsis="[<instance-name>...]",
    has_units=True,
    defaults_variable="GNT_INSTANCE_LIST",
)

NODE: Final = Resource(
    item_type=ItemType.NODE,
    plural="nodes",
    default_fields=("name", "dtotal", "dfree", "mtotal", "mnode", "mfree", "pinst_cnt", "sinst_cnt"),
    overrides=dict.fromkeys(("pinst_list", "sinst_list", "tags"), join_with_commas),
    list_synopsis="[<node-name>...]",
    has_units=True,
    defaults_variable="GNT_NODE_LIST",
)

GROUP: Final = Resource(
    item_type=ItemType.GROUP,
    plural="node groups",
    default_fields=("name", "node_cnt", "pinst_cnt", "alloc_policy", "ndparams"),
    overrides={
        "node_list": join_with_commas,
        "pinst_list": join_with_commas,
        "ndparams": format_parameters,
    },
    list_synopsis="[<group-name>...]",
    defaults_variable="GNT_GROUP_LIST",
)

NETWORK: Final = Resource(
    item_type=ItemType.NETWORK,
    plural="networks",
    default_fields=("name", "network", "gateway", "mac_prefix", "group_list", "tags"),
    overrides={
        "group_list": format_connections,
        "inst_list": join_with_commas,
        "tags": join_with_commas,
    },
    list_synopsis="[<network-name>...]",
    list_fields_synopsis="[<fields>...]",
    has_filter_flag=False,
)
