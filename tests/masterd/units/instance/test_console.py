"""How a console is reached."""

from typing import Any

import pytest

from ganeti_lite.masterd.units.instance import InstanceConsole
from ganeti_lite.wire.noderpc import RpcFailure
from tests.masterd.small_cluster import NODE1
from tests.masterd.units.scripted import Answer, exec_error, prereq, run


def test_the_console_of_a_running_instance() -> None:
    """Its node says how it is reached."""
    told = {"instance": "mail.example.org", "kind": "msg", "message": "none"}
    answers: dict[str, Answer] = {
        "instance_list": ["mail.example.org"],
        "instance_console_info": {"mail.example.org": told},
    }
    asked = run(InstanceConsole(), answers=answers, instance_name="mail")
    assert asked.result == told
    assert asked.locks == {"instance": ("shared", ["mail.example.org"])}
    assert asked.calls[0].arguments[NODE1][0] == ["kvm"]
    shown: Any = asked.calls[1].arguments[NODE1]
    assert set(shown["mail.example.org"]) == {"instance", "node", "group", "hvParams", "beParams"}


@pytest.mark.parametrize(("name", "state"), [("mail", "ERROR_down"), ("db", "ADMIN_down"), ("lun", "ADMIN_offline")])
def test_there_is_no_console_of_what_does_not_run(name: str, state: str) -> None:
    """The error says what it is meant to be."""
    asked = run(InstanceConsole(), answers={"instance_list": []}, instance_name=name)
    assert asked.failure == exec_error(f"Instance {name}.example.org is not running (state {state})")


def test_a_node_that_is_offline_is_not_asked() -> None:
    """It is refused; so is one that does not answer."""
    asked = run(InstanceConsole(), instance_name="thin")
    assert asked.failure == prereq("Can't use offline node: node4.example.org", "wrong_state")
    asked = run(InstanceConsole(), answers={"instance_list": RpcFailure("broken")}, instance_name="mail")
    assert asked.failure == exec_error("Can't get node information from node1.example.org: broken")
