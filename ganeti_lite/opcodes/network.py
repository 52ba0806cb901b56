"""Opcodes for networks."""

from typing import Final

from ._common import GROUP_NAME, NETWORK_NAME
from ._opcode import Opcode, defaulted, flag, opcode, optional, required
from ._types import ADDRESS, NAMES, NON_EMPTY, TEXT, list_of
from ._words import NIC_MODE

NETWORK_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode(
        "OP_NETWORK_ADD",
        NETWORK_NAME,
        required("network", ADDRESS),
        optional("gateway", ADDRESS),
        optional("network6", ADDRESS),
        optional("gateway6", ADDRESS),
        optional("mac_prefix", NON_EMPTY),
        optional("add_reserved_ips", list_of(ADDRESS)),
        flag("conflicts_check", default=True),
        defaulted("tags", NAMES, []),
        shown="network_name",
    ),
    opcode(
        "OP_NETWORK_CONNECT",
        GROUP_NAME,
        NETWORK_NAME,
        required("network_mode", NIC_MODE),
        required("network_link", NON_EMPTY),
        defaulted("network_vlan", TEXT, ""),
        flag("conflicts_check", default=True),
        shown="network_name",
    ),
    opcode("OP_NETWORK_DISCONNECT", GROUP_NAME, NETWORK_NAME, shown="network_name"),
    opcode("OP_NETWORK_REMOVE", NETWORK_NAME, flag("force"), shown="network_name"),
    opcode(
        "OP_NETWORK_SET_PARAMS",
        NETWORK_NAME,
        optional("gateway", ADDRESS),
        optional("network6", ADDRESS),
        optional("gateway6", ADDRESS),
        optional("mac_prefix", NON_EMPTY),
        optional("add_reserved_ips", list_of(ADDRESS)),
        optional("remove_reserved_ips", list_of(ADDRESS)),
        shown="network_name",
    ),
)
