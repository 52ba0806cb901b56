"""Calls about the node itself: its part in the cluster, its addresses, and whether it answers in time.

Source: reference of Ganeti's node RPC, 2.8 and 3.5. No daemons are started or stopped here.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.machine import DATA_DIR, SimulatedNode

from ._outcome import CallError, Calls, Done

_LONGEST_DELAY: Final = 3600.0
"""Seconds; a longer one is cut."""


def _test_delay(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    (seconds,) = arguments
    if seconds < 0:
        raise CallError("Invalid sleep duration")
    return Done(machine, seconds=min(float(seconds), _LONGEST_DELAY))


def _demote(machine: SimulatedNode, _arguments: object) -> Done:
    """A node that is no longer a candidate keeps no configuration."""
    if machine.name == machine.master_name:
        raise CallError("ssconf status shows I'm the master node, will not demote")
    return Done(attrs.evolve(machine, files=machine.files.remove(f"{DATA_DIR}/config.data")))


def _activate_master_ip(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    params, _uses_script = arguments
    return Done(attrs.evolve(machine, other_addresses=machine.other_addresses | {params["ip"]}))


def _deactivate_master_ip(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    params, _uses_script = arguments
    return Done(attrs.evolve(machine, other_addresses=machine.other_addresses - {params["ip"]}))


def _change_master_netmask(_machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    _old, _new, _address, _device = arguments


def _has_address(machine: SimulatedNode, arguments: Sequence[Any]) -> bool:
    (address,) = arguments
    return address == machine.address or address in machine.other_addresses


def _bridges_exist(machine: SimulatedNode, arguments: Sequence[Any]) -> None:
    (bridges,) = arguments
    missing = [bridge for bridge in bridges if bridge not in machine.bridges]
    if missing:
        raise CallError(f"Missing bridges {', '.join(missing)}")


ROLE_CALLS: Final[Calls] = {
    "test_delay": _test_delay,
    "node_demote_from_mc": _demote,
    "node_activate_master_ip": _activate_master_ip,
    "node_deactivate_master_ip": _deactivate_master_ip,
    "node_change_master_netmask": _change_master_netmask,
    "node_has_ip_address": _has_address,
    "bridges_exist": _bridges_exist,
}
