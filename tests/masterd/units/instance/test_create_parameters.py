"""Parameters of new instances."""

from typing import Any

import pytest

from tests.masterd.units.scripted import prereq

from .scene import create, made


@pytest.mark.parametrize(
    ("parameters", "failure"),
    [
        (
            {"hypervisor": "lxc"},
            prereq("Selected hypervisor (lxc) not enabled in the cluster (xen-pvm,kvm,fake)", "wrong_state"),
        ),
        ({"tags": ["a b"]}, ["TagError", ["Tag contains invalid characters"]]),
        ({"osparams": {"a": 1}}, ["TypeEnforcementError", ["OS parameter 'a' is not a text"]]),
        ({"osparams_private": {"a": None}}, ["TypeEnforcementError", ["OS parameter 'a' is not a text"]]),
        ({"hvparams": {"foo": 1}}, ["TypeEnforcementError", ["Unknown parameter 'foo'"]]),
        (
            {"hvparams": {"migration_mode": "live"}},
            prereq(
                "The following hypervisor parameters are global and cannot be customized at instance level, please"
                " modify them at cluster level: migration_mode"
            ),
        ),
        (
            {"beparams": {"vcpus": "x"}},
            ["TypeEnforcementError", ["'vcpus' (value x) is not a valid integer"]],
        ),
    ],
)
def test_parameters_that_cannot_be(parameters: Any, failure: object) -> None:
    """Each is refused before anything is written."""
    refused = create(**parameters)
    assert refused.failure == failure
    assert refused.changes == 0


def test_defaults_can_be_told_from_parameters() -> None:
    """Those that are what they would be anyway are not kept."""
    created = create(
        identify_defaults=True,
        beparams={"vcpus": 1, "maxmem": 600},
        nics=[{"mode": "bridged", "link": "br7"}],
    )
    instance = made(created)
    assert instance.beparams == {"maxmem": 600}
    assert instance.nics[0].nicparams == {"link": "br7"}
