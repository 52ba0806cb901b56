"""Parameters of hypervisors are checked as Ganeti's master checks them."""

from typing import Any

import pytest

from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import HypervisorError
from ganeti_lite.masterd.units._hvparams import check_hvparams, is_image
from ganeti_lite.masterd.units._parameters import HV_TYPES, enforce_types


@pytest.mark.parametrize("hypervisor", sorted(HVPARAMS))
def test_defaults_are_right(hypervisor: str) -> None:
    """What a hypervisor has by default has the right types and is taken."""
    defaults = HVPARAMS[hypervisor]
    assert enforce_types(defaults, HV_TYPES) == defaults
    check_hvparams(hypervisor, defaults)


@pytest.mark.parametrize(
    ("hypervisor", "name", "value", "text"),
    [
        ("kvm", "vif_type", "vif", "Parameter 'vif_type' is not supported"),
        ("kvm", "kvm_path", "", "Parameter 'kvm_path' is required but is currently not defined"),
        (
            "kvm",
            "disk_cache",
            "some",
            "Parameter 'disk_cache' fails syntax check: The value must be one of:"
            " default, none, writeback, writethrough (current value: 'some')",
        ),
        (
            "xen-pvm",
            "cpu_mask",
            "0-x",
            "Parameter 'cpu_mask' fails syntax check: must be a list of CPUs, such as 0-2,5,"
            " or several of them with colons in between (current value: '0-x')",
        ),
        (
            "xen-pvm",
            "initrd_path",
            "/boot/../initrd",
            "Parameter 'initrd_path' fails syntax check: must be an absolute normalized path"
            " (current value: '/boot/../initrd')",
        ),
        (
            "lxc",
            "num_ttys",
            -1,
            "Parameter 'num_ttys' fails syntax check: cannot be negative (current value: '-1')",
        ),
        (
            "xen-hvm",
            "migration_port",
            65535,
            "Parameter 'migration_port' fails syntax check: invalid port number (current value: '65535')",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused(hypervisor: str, name: str, value: Any, text: str) -> None:
    """The error names parameter, problem and value."""
    with pytest.raises(HypervisorError) as error:
        check_hvparams(hypervisor, {**HVPARAMS[hypervisor], name: value})
    assert error.value.args == (text,)


def test_all_parameters_must_be_there() -> None:
    """Parameters are checked when they are complete."""
    with pytest.raises(HypervisorError, match="Parameter 'init_script' is missing"):
        check_hvparams("chroot", {})


def test_an_image_may_come_from_elsewhere() -> None:
    """A path or URL is a place for an image; for a virtual CD too."""
    assert is_image("/srv/image")
    assert is_image("https://example.org/image")
    assert not is_image("image")
    check_hvparams("kvm", {**HVPARAMS["kvm"], "cdrom_image_path": "http://example.org/cd.iso"})
