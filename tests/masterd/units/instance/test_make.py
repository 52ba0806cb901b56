"""The making of instances, where something goes wrong."""

from typing import Any

import pytest

from tests.masterd.small_cluster import NEW, NODE2
from tests.masterd.units.scripted import Answer, exec_error

from .scene import BROKEN, create


def test_files_that_cannot_be_made_leave_nothing() -> None:
    """Those before are removed; the instance is not in the configuration."""
    made: list[object] = []

    def make_one(_: str, arguments: list[Any]) -> object:
        made.append(arguments)
        return None if len(made) == 1 else BROKEN

    answers: dict[str, Answer] = {"blockdev_create": make_one, "blockdev_remove": None}
    failed = create(answers=answers, disk_template="file", disks=[{"size": 1}, {"size": 1}])
    assert failed.failure is not None
    assert failed.log[-1] == " - WARNING: Device creation failed"
    assert failed.called[-1] == ("blockdev_remove", (NODE2,))
    assert failed.changes == 0


@pytest.mark.parametrize(
    ("answers", "failure", "state"),
    [
        (
            {"instance_os_add": BROKEN},
            "Could not add os for instance new.example.org on node node2.example.org: broken",
            "down",
        ),
        ({"instance_start": BROKEN}, "Could not start instance: broken", "up"),
    ],
)
def test_what_fails_late_leaves_the_instance(answers: Any, failure: str, state: str) -> None:
    """It stays in the configuration, as it is by then."""
    failed = create(answers=answers, disk_template="file", disks=[{"size": 1}], start=True)
    assert failed.failure == exec_error(failure)
    assert failed.after.instances[NEW].admin_state == state


def test_metadata_are_no_condition() -> None:
    """That they cannot be told is told."""
    created = create(answers={"instance_metadata_modify": BROKEN})
    assert created.result == ["node2.example.org"]
    assert created.log[-1] == "Could not update metadata for instance 'new.example.org': broken"
