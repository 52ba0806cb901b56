"""The network by which instances talk to their nodes, if the cluster has one: what makes and connects it.

Source: the jobs that Ganeti 3.0 submits for it.
"""

from typing import Any, Final

NETWORK4: Final = "169.254.0.0/16"
NETWORK6: Final = "fe80::/10"
MAC_PREFIX: Final = "52:54:00"
_MODE: Final = "routed"
_LINK: Final = "communication_rt"


def add_communication(name: str) -> dict[str, Any]:
    """The opcode that makes the network of that name."""
    return {
        "OP_ID": "OP_NETWORK_ADD",
        "network_name": name,
        "network": NETWORK4,
        "gateway": None,
        "network6": NETWORK6,
        "gateway6": None,
        "mac_prefix": MAC_PREFIX,
        "add_reserved_ips": None,
        "conflicts_check": True,
        "tags": [],
    }


def connect_communication(group: str, network: str) -> dict[str, Any]:
    """The opcode that connects it to the group of that UUID."""
    return {
        "OP_ID": "OP_NETWORK_CONNECT",
        "group_name": group,
        "network_name": network,
        "network_mode": _MODE,
        "network_link": _LINK,
        "network_vlan": "",
        "conflicts_check": True,
    }
