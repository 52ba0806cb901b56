"""OP_INSTANCE_…: instances and their disks.

Source: what Ganeti 3.0 does.
"""

from typing import Any, Final

from ganeti_lite.masterd.units._unit import LogicalUnit

from ._create import InstanceCreate
from ._disks_on_demand import InstanceActivateDisks, InstanceDeactivateDisks
from ._reboot import InstanceReboot
from ._remove import InstanceRemove
from ._set_params import InstanceSetParams
from ._shutdown import InstanceShutdown
from ._startup import InstanceStartup

INSTANCE_UNITS: Final[tuple[LogicalUnit[Any], ...]] = (
    InstanceActivateDisks(),
    InstanceCreate(),
    InstanceDeactivateDisks(),
    InstanceReboot(),
    InstanceRemove(),
    InstanceSetParams(),
    InstanceShutdown(),
    InstanceStartup(),
)
"""All of them."""

__all__ = [
    "INSTANCE_UNITS",
    "InstanceActivateDisks",
    "InstanceCreate",
    "InstanceDeactivateDisks",
    "InstanceReboot",
    "InstanceRemove",
    "InstanceSetParams",
    "InstanceShutdown",
    "InstanceStartup",
]
