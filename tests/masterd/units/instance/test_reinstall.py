"""Instances are installed again as Ganeti does it."""

from typing import Any, Final

import pytest

from ganeti_lite.masterd.units.instance import InstanceReinstall
from tests.masterd.small_cluster import DB, NODE2, SNAPSHOT
from tests.masterd.units.scripted import Answer, exec_error, prereq, run

from .scene import BROKEN

INSTALLS: Final[dict[str, Answer]] = {
    "instance_info": {},
    "blockdev_assemble": ["/dev/it", "/run/it", None],
    "blockdev_shutdown": None,
    "instance_os_add": None,
    "instance_metadata_modify": None,
    "os_validate": True,
}


def test_an_instance_is_installed_again() -> None:
    """Its disks are brought up for the scripts, which are given all parameters; it keeps its own."""
    given: dict[str, Any] = {"osparams": {"a": "1"}, "osparams_secret": {"s": "x"}}
    done = run(InstanceReinstall(), answers=INSTALLS, instance_name="db", **given)
    assert done.result is None
    assert [method for method, _ in done.called] == [
        "instance_info",
        "os_validate",
        *["blockdev_assemble"] * 4,
        "instance_os_add",
        "instance_metadata_modify",
        *["blockdev_shutdown"] * 2,
    ]
    shown, again, _ = done.calls[6].arguments[NODE2]
    assert again is True
    assert (shown["osparams"]["a"], shown["osparams"]["s"]) == ("1", "x")
    assert done.after.instances[DB].osparams == {**SNAPSHOT.instances[DB].osparams, "a": "1"}
    assert done.log == [" - INFO: Running instance OS create scripts..."]


def test_another_system_is_installed() -> None:
    """That is a change of its own."""
    done = run(InstanceReinstall(), answers=INSTALLS, instance_name="db", os_type="noop")
    assert done.after.instances[DB].os == "noop"
    assert done.log[0] == "Changing OS scripts to 'noop'..."
    assert done.changes == 4


def test_an_installation_that_fails_leaves_no_disk_up() -> None:
    """The error tells where it failed."""
    failed = run(InstanceReinstall(), answers={**INSTALLS, "instance_os_add": BROKEN}, instance_name="db")
    text = "Could not install OS for instance 'db.example.org' on node 'node2.example.org': broken"
    assert failed.failure == exec_error(text)
    assert failed.called[-1][0] == "blockdev_shutdown"


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("thin", prereq("Instance primary node offline, cannot reinstall: node4.example.org", "wrong_state")),
        ("mail", prereq("Instance 'mail.example.org' is marked to be up, cannot reinstall", "wrong_state")),
    ],
)
def test_what_cannot_be_installed(name: str, failure: object) -> None:
    """Neither what runs nor what cannot be reached."""
    assert run(InstanceReinstall(), answers=INSTALLS, instance_name=name).failure == failure


def test_a_parameter_is_of_one_kind() -> None:
    """Public, private or secret; the cluster's count as well. It is a text."""
    given: dict[str, Any] = {
        "osparams": {"a": "1"},
        "osparams_private": {"b": "2"},
        "osparams_secret": {"a": "3", "b": "4"},
    }
    refused = run(InstanceReinstall(), answers=INSTALLS, instance_name="db", **given)
    system = SNAPSHOT.instances[DB].os
    text = f"Parameters of OS '{system}' cannot have several values: a (public and secret), b (private and secret)"
    assert refused.failure == prereq(text, None)
    assert refused.changes == 0
    odd = run(InstanceReinstall(), answers=INSTALLS, instance_name="db", osparams={"a": 1})
    assert odd.failure == ["TypeEnforcementError", ["OS parameter 'a' is not a text"]]
