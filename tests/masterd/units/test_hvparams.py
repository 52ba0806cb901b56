"""Parameters of hypervisors are checked as Ganeti's master checks them."""

from typing import Any

import pytest

from ganeti_lite.default_parameters import HVPARAMS
from ganeti_lite.errors import HypervisorError
from ganeti_lite.masterd.units._hv_syntax import REQUIRED, RULES, is_image
from ganeti_lite.masterd.units._hvparams import check_hvparams
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


@pytest.mark.parametrize(
    ("hypervisor", "name", "wrong", "right"),
    [
        ("kvm", "virtio_net_queues", [0, 9], [1, 8]),
        ("kvm", "kvm_pci_reservations", [-1, 33], [0, 32]),
        ("kvm", "migration_bandwidth", [-1], [0]),
        ("xen-pvm", "cpu_weight", [0, 65536], [1, 65535]),
        ("xen-hvm", "cpu_weight", [0, 65535], [1, 65534]),
        ("xen-pvm", "cpu_cap", [-1], [0]),
        ("xen-hvm", "cpu_cap", [], [-1]),
        ("xen-hvm", "boot_order", ["b", "disk"], ["d", "cdn"]),
        ("xen-hvm", "vnc_bind_address", ["eth0", "::1"], ["127.0.0.1", ""]),
        ("xen-pvm", "cpu_mask", ["0,"], ["0:1", "all"]),
        ("lxc", "cpu_mask", ["0:1", "all"], ["0-3,5", ""]),
    ],
)
def test_limits(hypervisor: str, name: str, wrong: list[Any], right: list[Any]) -> None:
    """Values on both sides of what can be; the same parameter may have other limits elsewhere."""
    for value in wrong:
        with pytest.raises(HypervisorError, match=f"'{name}' fails syntax check: .*current value: '{value}'"):
            check_hvparams(hypervisor, {**HVPARAMS[hypervisor], name: value})
    for value in right:
        check_hvparams(hypervisor, {**HVPARAMS[hypervisor], name: value})


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"boot_order": "cdrom"}, "boot_order is cdrom, but cdrom_image_path is not set"),
        ({"kernel_path": "/boot/kernel", "root_path": ""}, "kernel_path is set, but root_path is not"),
        ({"security_model": "user"}, "needs a security_domain"),
        ({"security_model": "pool", "security_domain": "kvm"}, "only with the security model user"),
        ({"serial_console": True, "serial_speed": 1}, "one of: 75, 110, .*, 460800"),
        ({"vnc_x509_verify": True}, "vnc_x509_path is not set"),
        ({"spice_use_tls": True}, "spice_use_tls needs spice_bind"),
        ({"spice_ip_version": 4}, "spice_ip_version needs spice_bind"),
        ({"spice_bind": "127.0.0.1", "spice_ip_version": 6}, "is an IPv4 address, but spice_ip_version is 6"),
        ({"spice_bind": "::1", "spice_ip_version": 4}, "is an IPv6 address, but spice_ip_version is 4"),
        ({"disk_aio": "native", "disk_cache": "writeback"}, "disk_cache can only be none"),
    ],
)
def test_what_cannot_be_together(params: dict[str, Any], text: str) -> None:
    """KVM's parameters depend on one another; the error names those that do."""
    with pytest.raises(HypervisorError, match=text):
        check_hvparams("kvm", {**HVPARAMS["kvm"], **params})


@pytest.mark.parametrize(
    "params",
    [
        {"boot_order": "cdrom", "cdrom_image_path": "/srv/cd.iso"},
        {"kernel_path": "", "root_path": ""},
        {"security_model": "user", "security_domain": "kvm"},
        {"serial_console": False, "serial_speed": 1},
        {"vnc_x509_verify": True, "vnc_x509_path": "/etc/vnc"},
        {"spice_bind": "lo", "spice_ip_version": 6, "spice_use_tls": True},
        {"spice_bind": "::1", "spice_ip_version": 6},
        {"spice_bind": "::1"},
        {"disk_aio": "native", "disk_cache": "none"},
    ],
)
def test_what_can_be_together(params: dict[str, Any]) -> None:
    """The same ones with what they need."""
    check_hvparams("kvm", {**HVPARAMS["kvm"], **params})


def test_rules_are_for_parameters_that_there_are() -> None:
    """A name that is misspelt in the tables would never be looked at."""
    for hypervisor, known in HVPARAMS.items():
        assert RULES[hypervisor].keys() | REQUIRED[hypervisor] <= known.keys()


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
