"""OP_INSTANCE_…: instances and their disks.

Source: what Ganeti 3.0 does.
"""

from typing import Any, Final

from ganeti_lite.masterd.units._unit import LogicalUnit

from ._console import InstanceConsole
from ._create import InstanceCreate
from ._disks_on_demand import InstanceActivateDisks, InstanceDeactivateDisks
from ._query_data import InstanceQueryData
from ._reboot import InstanceReboot
from ._reinstall import InstanceReinstall
from ._remove import InstanceRemove
from ._rename import InstanceRename
from ._set_params import InstanceSetParams
from ._shutdown import InstanceShutdown
from ._startup import InstanceStartup

INSTANCE_UNITS: Final[tuple[LogicalUnit[Any], ...]] = (
    InstanceActivateDisks(),
    InstanceConsole(),
    InstanceCreate(),
    InstanceDeactivateDisks(),
    InstanceQueryData(),
    InstanceReboot(),
    InstanceReinstall(),
    InstanceRemove(),
    InstanceRename(),
    InstanceSetParams(),
    InstanceShutdown(),
    InstanceStartup(),
)
"""All of them."""

__all__ = [
    "INSTANCE_UNITS",
    "InstanceActivateDisks",
    "InstanceConsole",
    "InstanceCreate",
    "InstanceDeactivateDisks",
    "InstanceQueryData",
    "InstanceReboot",
    "InstanceReinstall",
    "InstanceRemove",
    "InstanceRename",
    "InstanceSetParams",
    "InstanceShutdown",
    "InstanceStartup",
]
