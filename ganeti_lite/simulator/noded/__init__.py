"""Simulated node daemons: any number in one process, each on its node's address, over real HTTPS.

Behind each is a made-up machine. They speak the calls that queries and jobs need, as Ganeti's node daemon does, change
their machines as these say, and do wrong what they are ordered to. Nothing here knows the client that this project has
for the same calls.

The control from other processes, :class:`NodeControl`, is without Twisted; what needs a reactor is in
:mod:`~ganeti_lite.simulator.noded.daemons` and :mod:`~ganeti_lite.simulator.noded.cluster`.
"""

from .control import ControlError, NodeControl
from .devices import BlockDevice
from .faults import ALL, Fault, FaultOrder, FaultOrderError
from .file_tree import FileTree, StoredFile
from .hooks import HookRun, HookScript, HookStatus
from .machine import (
    ExternalStorage,
    FileStorage,
    Guest,
    Hardware,
    OperatingSystem,
    PhysicalVolume,
    SimulatedNode,
    VolumeGroup,
)
from .population import simulate_nodes
from .tally import Traffic

__all__ = [
    "ALL",
    "BlockDevice",
    "ControlError",
    "ExternalStorage",
    "Fault",
    "FaultOrder",
    "FaultOrderError",
    "FileStorage",
    "FileTree",
    "Guest",
    "Hardware",
    "HookRun",
    "HookScript",
    "HookStatus",
    "NodeControl",
    "OperatingSystem",
    "PhysicalVolume",
    "SimulatedNode",
    "StoredFile",
    "Traffic",
    "VolumeGroup",
    "simulate_nodes",
]
