"""KVM's parameters together: which need others, and which exclude one another.

Source: what Ganeti 3.0 takes on the master. Whether a node has the devices, files and users is asked there.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any, Final

from ganeti_lite.errors import HypervisorError

_SERIAL_SPEEDS: Final = frozenset(
    [
        *(75, 110, 300, 600, 1200, 1800, 2400, 4800, 9600, 14400, 19200, 28800, 38400, 57600, 115200),
        *(230400, 345600, 460800),
    ]
)
"""Bits per second."""

_OF_SPICE: Final = (
    "spice_ip_version",
    "spice_password_file",
    "spice_image_compression",
    "spice_jpeg_wan_compression",
    "spice_zlib_glz_wan_compression",
    "spice_streaming_video",
    "spice_use_tls",
)
"""What makes sense only where SPICE listens."""


def check_kvm(params: Mapping[str, Any]) -> None:
    """Raise HypervisorError if KVM's parameters, each of which can be, cannot be together."""
    for problem in _find_problems(params):
        raise HypervisorError(problem)


def _find_problems(params: Mapping[str, Any]) -> Iterator[str]:
    if params["boot_order"] == "cdrom" and not params["cdrom_image_path"]:
        yield "Booting from a CD needs one: boot_order is cdrom, but cdrom_image_path is not set"
    if params["kernel_path"] and not params["root_path"]:
        yield "A kernel of the node's needs a root device: kernel_path is set, but root_path is not"
    if params["security_model"] == "user" and not params["security_domain"]:
        yield "The security model user needs a security_domain: the user that KVM runs as"
    if params["security_model"] in ("none", "pool") and params["security_domain"]:
        yield "A security_domain makes sense only with the security model user"
    if params["serial_console"] and params["serial_speed"] not in _SERIAL_SPEEDS:
        speeds = ", ".join(map(str, sorted(_SERIAL_SPEEDS)))
        yield f"The serial console needs a serial_speed, one of: {speeds}"
    if params["vnc_x509_verify"] and not params["vnc_x509_path"]:
        yield "vnc_x509_verify needs certificates: vnc_x509_path is not set"
    yield from _find_spice_problems(params)
    if params["disk_aio"] == "native" and params["disk_cache"] != "none":
        yield "With native disk_aio, disk_cache can only be none"


def _find_spice_problems(params: Mapping[str, Any]) -> Iterator[str]:
    place, wanted = params["spice_bind"], params["spice_ip_version"]
    if not place:
        yield from (f"SPICE: {name} needs spice_bind, which is not set" for name in _OF_SPICE if params[name])
    elif wanted and (version := _find_ip_version(place)) not in (None, wanted):
        yield f"SPICE: spice_bind {place} is an IPv{version} address, but spice_ip_version is {wanted}"


def _find_ip_version(place: str) -> int | None:
    """That of an address; None if it is the name of an interface."""
    try:
        return ip_address(place).version
    except ValueError:
        return None
