"""What NICs can be connected to, as the cluster's default and as a NIC's own.

Source: what Ganeti 3.0 can read back. It takes the mode ``auto``, too, and fails when it is to be written.
"""

from collections.abc import Mapping
from typing import Any, Final

_MODES: Final = frozenset({"bridged", "openvswitch", "pool", "routed"})


def find_nic_problem(filled: Mapping[str, Any]) -> str | None:
    """What is wrong with the parameters of a NIC, which are all that it has; None if nothing is."""
    mode = filled.get("mode")
    if mode not in _MODES:
        return f"Invalid NIC mode '{mode}'"
    return "Missing bridged NIC link" if mode == "bridged" and not filled.get("link") else None
