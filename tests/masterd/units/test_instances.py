"""What orders about an instance have in common."""

from typing import Any

import pytest

from ganeti_lite.masterd.locks import LockLevel
from ganeti_lite.masterd.units import LogicalUnit
from ganeti_lite.masterd.units.instance import InstanceActivateDisks, InstanceShutdown, InstanceStartup

from .scripted import prereq, run


@pytest.mark.parametrize("unit", [InstanceStartup(), InstanceShutdown(), InstanceActivateDisks()])
def test_there_must_be_such_an_instance(unit: LogicalUnit[Any]) -> None:
    """It is looked for before anything is locked."""
    refused = run(unit, instance_name="nosuch")
    assert refused.failure == prereq("Instance 'nosuch' not known", "unknown_entity")
    assert set(refused.wishes) == {LockLevel.CLUSTER}
