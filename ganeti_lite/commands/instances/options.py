"""Options of ``gnt-instance add`` and ``modify``, and the parameters that several of them make together.

Source of the forms and of the texts of errors: Ganeti 3.0's commands.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.commands.option_values import (
    read_integer,
    read_key_values,
    read_named_values,
    read_size,
    read_yes_no,
)
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.parameter_types import HYPERVISOR, INTERFACE, enforce
from ganeti_lite.commands.submission.declarations import Setting
from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import DISK_TEMPLATES
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.sizes import SizeError, parse_size

BACKEND: Final = Option(
    ("--backend-parameters", "-B"), "memory and CPUs: KEY=VALUE,...", "PARAMETERS", (), read_key_values
)
DISKS: Final = Option(
    ("--disk",), "a disk: INDEX:KEY=VALUE,... for a new instance; may be repeated", "DISK", (), read_named_values
)
NICS: Final = Option(
    ("--net",), "an interface: INDEX:KEY=VALUE,...; may be repeated", "INTERFACE", (), read_named_values
)
DISK_TEMPLATE: Final = Setting(
    Option(("--disk-template", "-t"), "what its disks are made of", "TEMPLATE", DISK_TEMPLATES), "disk_template"
)
FILE_DRIVER: Final = Setting(
    Option(("--file-driver",), "the driver of file-based disks", "DRIVER", ("loop", "blktap", "blktap2")),
    "file_driver",
)
FILE_STORAGE: Final = Setting(
    Option(("--file-storage-dir",), "where its file-based disks are, below the cluster's place for them", "DIRECTORY"),
    "file_storage_dir",
)
ALLOCATOR: Final = Setting(Option(("--iallocator", "-I"), "the program that chooses nodes", "NAME"), "iallocator")
OS: Final = Option(("--os-type", "-o"), "its operating system", "OS")
OS_PARAMETERS: Final = Setting(
    Option(
        ("--os-parameters", "-O"),
        "parameters of its operating system: KEY=VALUE,...",
        "PARAMETERS",
        (),
        read_key_values,
    ),
    "osparams",
    {},
)
PRIVATE_PARAMETERS: Final = Setting(
    Option(("--os-parameters-private",), "the same, not shown to everybody", "PARAMETERS", (), read_key_values),
    "osparams_private",
    {},
)
FORCE_VARIANT: Final = Option(("--force-variant",), "take a variant that the operating system does not declare")
NO_WAIT_FOR_SYNC: Final = Option(("--no-wait-for-sync",), "do not wait until mirrored disks are in step")
IGNORE_POLICY: Final = Option(("--ignore-ipolicy",), "let it be outside of the limits for instances")
COMMUNICATION: Final = Setting(
    Option(("--communication", "-c"), "whether it has an interface to its host", "BOOL", (), read_yes_no),
    "instance_communication",
)
SHUTDOWN_TIMEOUT: Final = Setting(
    Option(("--shutdown-timeout",), "seconds that it may take to stop", "SECONDS", (), read_integer),
    "shutdown_timeout",
    120,
)
RUNTIME_MEMORY: Final = Setting(
    Option(("--runtime-memory", "-m"), "the memory that it has from now on", "SIZE", (), read_size), "runtime_mem"
)

Named = Sequence[tuple[str, Any]]
"""What :func:`read_named_values` makes of an option that was repeated."""


def fix_hypervisor_parameters(parameters: Mapping[str, Any], allowed: Sequence[str] = ()) -> dict[str, Any]:
    """Typed parameters; blanks between USB devices, where a command line cannot have commas, become such."""
    typed = enforce(parameters, HYPERVISOR, allowed)
    devices = typed.get("usb_devices")
    return {**typed, "usb_devices": devices.replace(" ", ",")} if isinstance(devices, str) else typed


def make_new_nics(nics: Named) -> list[dict[str, Any]]:
    """The interfaces of a new instance.

    :raises OpPrereqError: an index is no number, or an interface none.
    """
    return _fill_places(nics, "NIC", lambda index, nic: enforce(_require_mapping("nic", index, nic), INTERFACE))


def make_new_disks(disks: Named) -> list[dict[str, Any]]:
    """The disks of a new instance.

    :raises OpPrereqError: an index is no number, or a disk none.
    """
    return _fill_places(disks, "disk", lambda index, disk: _make_new_disk(index, _require_mapping("disk", index, disk)))


def _fill_places(named: Named, what: str, make: Callable[[int, Any], dict[str, Any]]) -> list[dict[str, Any]]:
    """Things by their index; what is between them is empty."""
    try:
        indexed = [(int(index), value) for index, value in named]
    except ValueError as error:
        raise OpPrereqError(f"Invalid {what} index passed: {error}", ErrorCode.WRONG_INPUT) from error
    made = {index: make(index, value) for index, value in indexed}
    return [made.get(index, {}) for index in range(max(made, default=-1) + 1)]


def _require_mapping(what: str, index: int, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        reason = f"Invalid {what}/{index} value: expected dict, got {value}"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    return value


def _make_new_disk(index: int, disk: dict[str, Any]) -> dict[str, Any]:
    match disk:
        case {"size": _, "adopt": _}:
            reason = f"Only one of 'size' and 'adopt' allowed (disk {index})"
        case {"size": _}:
            return with_numbers(disk, f"Invalid disk size for disk {index}")
        case {"adopt": _, "spindles": _}:
            reason = "spindles is not a valid option when adopting a disk"
        case {"adopt": _}:
            return {**disk, "size": 0}
        case _:
            reason = f"Missing size or adoption source for disk {index}"
    raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)


def with_numbers(disk: Mapping[str, Any], complaint: str) -> dict[str, Any]:
    """A disk whose size is in MiB and whose spindles are a number.

    :raises OpPrereqError: they are none.
    """
    numbers: dict[str, Any] = {}
    try:
        if "size" in disk:
            numbers["size"] = parse_size(disk["size"])
        if "spindles" in disk:
            numbers["spindles"] = int(disk["spindles"])
    except (SizeError, ValueError) as error:
        raise OpPrereqError(f"{complaint}: {error}", ErrorCode.WRONG_INPUT) from error
    return {**disk, **numbers}
