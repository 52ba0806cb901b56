"""``gnt-instance add``. Source of the parameters and of the texts of errors: Ganeti 3.0's command."""

from typing import Any, Final

from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.option_values import read_integer, read_key_values, read_named_values, read_size
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.commands.parameter_options import NO_CONFLICTS_CHECK, TAGS
from ganeti_lite.commands.parameter_types import BACKEND as BACKEND_KINDS
from ganeti_lite.commands.parameter_types import enforce
from ganeti_lite.commands.submission.declarations import JobCommand, Parameters, Setting, switch_off, switch_on
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

from .options import (
    ALLOCATOR,
    BACKEND,
    COMMUNICATION,
    DISK_TEMPLATE,
    DISKS,
    FILE_DRIVER,
    FILE_STORAGE,
    FORCE_VARIANT,
    IGNORE_POLICY,
    NICS,
    NO_WAIT_FOR_SYNC,
    OS,
    OS_PARAMETERS,
    PRIVATE_PARAMETERS,
    fix_hypervisor_parameters,
    make_new_disks,
    make_new_nics,
)

HYPERVISOR: Final = Option(
    ("--hypervisor-parameters", "-H"),
    "the hypervisor and its parameters: HYPERVISOR:KEY=VALUE,...",
    "PARAMETERS",
    (),
    read_named_values,
)
NODE: Final = Option(("--node", "-n"), "its primary node, and behind a colon its secondary one", "NODES")
SIZE: Final = Option(("--os-size", "-s"), "the size of its only disk", "SIZE", (), read_size)
NO_NICS: Final = Option(("--no-nics",), "give it no interface; without this and --net it has one")
FORTHCOMING: Final = switch_on(Option(("--forthcoming",), "only reserve its place"), "forthcoming")
COMMIT: Final = switch_on(Option(("--commit",), "make it of a reservation"), "commit")

DISKLESS: Final = "diskless"


def build_instance(invocation: Invocation) -> Parameters:
    """The parameters that depend on several options.

    :raises OpPrereqError: the options do not fit together.
    :raises TypeEnforcementError: a parameter does not take its value.
    """
    options = invocation.options
    if options.has(FORTHCOMING.option.key) and options.has(COMMIT.option.key):
        reason = "Creating an instance only forthcoming and commiting it are mutally exclusive"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    primary, _, secondary = options.value(NODE.key, "").partition(":")
    hypervisor, parameters = options.value(HYPERVISOR.key, (None, {}))
    built = {
        "pnode": primary or None,
        "snode": secondary or None,
        "nics": _build_nics(options),
        "disks": _build_disks(options),
        "beparams": enforce(options.value(BACKEND.key, {}), BACKEND_KINDS),
        "hypervisor": hypervisor,
        "hvparams": fix_hypervisor_parameters(parameters),
    }
    return {name: value for name, value in built.items() if value is not None}


def _build_nics(options: Values) -> list[dict[str, Any]]:
    if options.has(NICS.key):
        return make_new_nics(options.every(NICS.key))
    return [] if options.has(NO_NICS.key) else [{}]


def _build_disks(options: Values) -> list[dict[str, Any]]:
    disks, size = options.every(DISKS.key), options.value(SIZE.key)
    if options.value(DISK_TEMPLATE.option.key) == DISKLESS:
        if disks or size is not None:
            raise OpPrereqError("Diskless instance but disk information passed", ErrorCode.WRONG_INPUT)
        return []
    if not disks and not size:
        raise OpPrereqError("No disk information specified", ErrorCode.WRONG_INPUT)
    if disks and size is not None:
        raise OpPrereqError("Please use either the '--disk' or '-s' option", ErrorCode.WRONG_INPUT)
    return make_new_disks(disks or [("0", {"size": size})])


ADD: Final = JobCommand(
    name="add",
    opcode="OP_INSTANCE_CREATE",
    arguments=("instance_name",),
    synopsis="-t <disk-template> -o <os-type> -n <node>[:<node>] <instance-name>",
    description="Adds an instance, installs its operating system and starts it.",
    settings=(
        DISK_TEMPLATE,
        FILE_STORAGE,
        FILE_DRIVER,
        ALLOCATOR,
        Setting(Option(("--node-group", "-g"), "the node group that it is to be in", "GROUP"), "group_name"),
        Setting(OS, "os_type"),
        switch_on(FORCE_VARIANT, "force_variant"),
        OS_PARAMETERS,
        PRIVATE_PARAMETERS,
        Setting(
            Option(("--os-parameters-secret",), "the same, and kept nowhere", "PARAMETERS", (), read_key_values),
            "osparams_secret",
            {},
        ),
        switch_off(Option(("--no-start",), "do not start it"), "start"),
        switch_on(Option(("--no-install",), "do not install its operating system"), "no_install"),
        switch_off(Option(("--no-ip-check",), "do not look whether its address is taken"), "ip_check"),
        switch_off(NO_CONFLICTS_CHECK, "conflicts_check"),
        switch_off(Option(("--no-name-check",), "take its name as it is; do not look it up"), "name_check"),
        switch_off(NO_WAIT_FOR_SYNC, "wait_for_sync"),
        switch_on(Option(("--opportunistic-locking",), "take the locks that are free"), "opportunistic_locking"),
        switch_on(IGNORE_POLICY, "ignore_ipolicy"),
        COMMUNICATION._replace(absent=False),
        FORTHCOMING,
        COMMIT,
        TAGS,
        Setting(
            Option(("--helper-startup-timeout",), "seconds for a helper to start", "SECONDS", (), read_integer),
            "helper_startup_timeout",
        ),
        Setting(
            Option(("--helper-shutdown-timeout",), "seconds for a helper to stop", "SECONDS", (), read_integer),
            "helper_shutdown_timeout",
        ),
    ),
    extra_options=(NODE, BACKEND, HYPERVISOR, DISKS, SIZE, NICS, NO_NICS),
    fixed={"mode": "create"},
    build=build_instance,
)
