"""All logical units, by the name of their opcode: an opcode that is not here is refused when it is submitted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ._unit import LogicalUnit
from .delay import TestDelay
from .instance_power import (
    InstanceActivateDisks,
    InstanceDeactivateDisks,
    InstanceReboot,
    InstanceShutdown,
    InstanceStartup,
)
from .instance_remove import InstanceRemove
from .tags import TagsDel, TagsGet, TagsSearch, TagsSet

_ALL: Final[tuple[LogicalUnit[Any], ...]] = (
    TestDelay(),
    TagsDel(),
    TagsGet(),
    TagsSearch(),
    TagsSet(),
    InstanceActivateDisks(),
    InstanceDeactivateDisks(),
    InstanceReboot(),
    InstanceRemove(),
    InstanceShutdown(),
    InstanceStartup(),
)

UNITS: Final[Mapping[str, LogicalUnit[Any]]] = MappingProxyType({unit.op_id: unit for unit in _ALL})
