"""Default parameters of a made-up cluster that differ from those of a new one; the others are Ganeti's."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.default_parameters import Parameters

BEPARAMS: Final[Parameters] = {
    "minmem": 512,
    "maxmem": 1024,
    "vcpus": 1,
    "auto_balance": True,
    "always_failover": False,
    "spindle_use": 1,
}
"""Filled back-end parameters (memory in MiB); a cluster of today raises the memory from Ganeti's 128."""

NICPARAMS: Final[Mapping[str, str]] = {"mode": "bridged", "link": "br0", "vlan": ""}
