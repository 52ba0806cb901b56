"""Orders for new instances: what can be said before anything is locked."""

from typing import Any

import pytest

from tests.masterd.units.scripted import prereq

from .scene import create, made


def test_a_name_is_resolved() -> None:
    """The full name is locked and told; whether somebody has its address is looked at."""
    created = create(
        instance_name="NEW", name_check=True, ip_check=True, hosts={"new.example.org": "192.0.2.77"},
        nics=[{"ip": "auto", "mode": "routed"}], conflicts_check=False,
    )  # fmt: skip
    instance = made(created)
    assert instance.name == "new.example.org"
    assert created.log[0] == " - INFO: Resolved given name 'new' to 'new.example.org'"
    assert created.locks["instance"] == ("exclusive", ["new.example.org"])
    assert instance.nics[0].ip == "192.0.2.77"
    assert "ping" in created.story


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        ({"instance_name": "in valid"}, prereq("Invalid hostname 'in valid'")),
        ({"instance_name": "a..b"}, prereq("Invalid hostname 'a..b'")),
        ({"disks": [{"size": 4, "uuid": [1]}]}, prereq("Parameter 'OP_INSTANCE_CREATE.disks' fails validation")),
        ({"ip_check": True}, prereq("Cannot do IP address check without a name check")),
        (
            {"name_check": True},
            prereq("The given name (new.example.org) does not resolve: Name or service not known", "resolver_error"),
        ),
        ({"iallocator": "hail"}, prereq("Do not specify both, iallocator and node")),
        (
            {"opportunistic_locking": True},
            prereq("Opportunistic locking is only available in combination with an instance allocator"),
        ),
        ({"os_type": None}, prereq("No guest OS or OS image specified")),
        (
            {"mode": "import"},
            prereq("Creating instances: mode 'import' not supported by this master daemon"),
        ),
        (
            {"forthcoming": True},
            prereq("Creating instances: forthcoming instances not supported by this master daemon"),
        ),
        (
            {"instance_name": "web.example.org"},
            prereq("Instance 'web.example.org' is already in the cluster", "already_exists"),
        ),
    ],
)
def test_what_cannot_be_made(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(**parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_nothing_is_started_without_an_installation() -> None:
    """That is told first."""
    created = create(no_install=True, start=True)
    assert created.log[0] == " - INFO: No-installation mode selected, disabling startup"
    assert made(created).admin_state == "down"


def test_a_second_node_is_ignored() -> None:
    """Without mirrors there is nothing for it."""
    created = create(snode="node1")
    assert created.log[0] == " - WARNING: Secondary node will be ignored on non-mirrored disk template"
