"""Consoles, by hypervisor."""

from typing import Any

import pytest

from ganeti_lite.simulator.noded._calls._console import describe_console


def wanted(hypervisor: str, port: int | None = None, **params: object) -> dict[str, Any]:
    """What a node is told of an instance whose console is asked for."""
    return {
        "instance": {"name": "web-1", "hypervisor": hypervisor} | ({"network_port": port} if port else {}),
        "node": {"name": "node1", "ndparams": {}},
        "group": {"name": "default", "ndparams": {"ssh_port": 2222}},
        "hvParams": params,
    }


@pytest.mark.parametrize(
    ("given", "console"),
    [
        (wanted("fake"), {"kind": "msg", "message": "Console not available for fake hypervisor"}),
        (wanted("kvm", 11000, vnc_bind_address="127.0.0.1"),
         {"kind": "vnc", "host": "127.0.0.1", "port": 11000}),
        (wanted("kvm", 11000, vnc_bind_address="0.0.0.0"),  # noqa: S104 -- nothing binds to it
         {"kind": "vnc", "host": "node1", "port": 11000}),
        (wanted("kvm", 11000, spice_bind="127.0.0.1"), {"kind": "spice", "host": "127.0.0.1", "port": 11000}),
    ],
)  # fmt: skip
def test_consoles_without_a_command(given: dict[str, Any], console: dict[str, Any]) -> None:
    """A message, VNC or SPICE; keys without a value are left out."""
    assert describe_console(given) == {"instance": "web-1", **console}


@pytest.mark.parametrize(
    ("given", "program"),
    [
        (wanted("kvm", serial_console=True), "kvm-console-wrapper"),
        (wanted("xen-pvm"), "xen-console-wrapper"),
        (wanted("xen-hvm"), "xen-console-wrapper"),
        (wanted("lxc"), "lxc-console"),
    ],
)
def test_consoles_with_a_command(given: dict[str, Any], program: str) -> None:
    """A command for SSH, at the group's port."""
    console = describe_console(given)
    assert console["command"][0].rpartition("/")[2] == program
    assert {key: console[key] for key in ("kind", "host", "port", "user")} == {
        "kind": "ssh",
        "host": "node1",
        "port": 2222,
        "user": "root",
    }


def test_kvm_without_any_console() -> None:
    """A message says so."""
    assert describe_console(wanted("kvm"))["kind"] == "msg"
