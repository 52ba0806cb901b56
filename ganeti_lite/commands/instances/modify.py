"""``gnt-instance modify``. Source of the parameters and of the texts of errors: Ganeti 3.0's command."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ganeti_lite.clients.jobs import JobClient
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.option_values import DEFAULT, read_key_values
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.commands.parameter_options import NO_CONFLICTS_CHECK
from ganeti_lite.commands.parameter_types import BACKEND as BACKEND_KINDS
from ganeti_lite.commands.parameter_types import enforce
from ganeti_lite.commands.submission.declarations import (
    FORCE,
    JobCommand,
    Parameters,
    Setting,
    is_forced,
    needs_any_of,
    switch_off,
    switch_on,
)
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
    RUNTIME_MEMORY,
    Named,
    fix_hypervisor_parameters,
    with_numbers,
)

HYPERVISOR_PARAMETERS: Final = Option(
    ("--hypervisor-parameters", "-H"),
    "parameters of its hypervisor: KEY=VALUE,...; default takes the cluster's",
    "PARAMETERS",
    (),
    read_key_values,
)
OFFLINE: Final = Option(("--offline",), "mark it as not to be started")
ONLINE: Final = Option(("--online",), "let it be started again")
HOTPLUG: Final = Option(("--hotplug",), "change devices of an instance that runs")
EXT_PARAMETERS: Final = Setting(
    Option(
        ("--ext-params", "-e"),
        "external storage to convert its disks to: provider=NAME,KEY=VALUE,...",
        "PARAMETERS",
        (),
        read_key_values,
    ),
    "ext_params",
    {},
)
NEW_PRIMARY: Final = Setting(
    Option(("--new-primary",), "correct its primary node, after it was moved by hand", "NODE"), "pnode"
)

_ACTIONS: Final = ("add", "attach", "remove", "detach", "modify")
_TAKING: Final = ("remove", "detach")
_FILE_TEMPLATES: Final = ("file", "sharedfile", "gluster")
_EXT: Final = "ext"
_PROVIDER: Final = "provider"
_DISK_PARAMETERS: Final = frozenset(
    {"access", "adopt", "dev_type", "metavg", "mode", "name", "provider", "size", "spindles", "vg"}
)

Change = tuple[str, object, dict[str, Any]]
"""What to do, to which index or name, and with which parameters."""


def make_changes(named: Named) -> list[Change]:
    """What is to be done to interfaces or disks.

    :raises OpPrereqError: several things at once to one of them.
    """
    return [_make_change(ident, parameters) for ident, parameters in named]


def _make_change(ident: str, parameters: Any) -> Change:
    given = dict(parameters or {})
    place: object = ident
    if ident in _ACTIONS and ident != "modify":
        action, place = ident, -1
    else:
        actions = [action for action in _ACTIONS if action in given]
        given = {name: value for name, value in given.items() if name not in _ACTIONS}
        if len(actions) > 1:
            reason = f"Cannot do more than one of the following operations at the same time: {', '.join(_ACTIONS)}"
            raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
        action = next(iter(actions), "modify")
    if action in _TAKING and given:
        raise OpPrereqError("Not accepting parameters on removal/detach", ErrorCode.WRONG_INPUT)
    return action, place, given


def make_disk_changes(named: Named) -> list[Change]:
    """The same for disks, whose sizes are in MiB.

    :raises OpPrereqError: a size is none, or lacks.
    """
    changes = []
    for action, place, disk in make_changes(named):
        if action == "add" and "size" not in disk:
            raise OpPrereqError("Missing required parameter 'size'", ErrorCode.WRONG_INPUT)
        changes.append((action, place, with_numbers(disk, "Invalid disk size")))
    return changes


def check_conversion(options: Values) -> str | None:
    """What is wrong with the options for converting disks."""
    template = options.value(DISK_TEMPLATE.option.key)
    has_external = options.has(EXT_PARAMETERS.option.key)
    if template and has_external and template != _EXT:
        return f"Specifying ExtStorage parameters requires converting to the '{_EXT}' disk template"
    if template == _EXT and not has_external:
        return "Provider option is missing, use either the '--ext-params' or '-e' option"
    is_about_files = options.has(FILE_DRIVER.option.key) or options.has(FILE_STORAGE.option.key)
    if is_about_files and template not in _FILE_TEMPLATES:
        return "Specifying file-based configuration arguments requires converting to a file-based disk template"
    return None


def _check_external(parameters: Mapping[str, Any]) -> None:
    if parameters and _PROVIDER not in parameters:
        reason = f"Missing required parameter '{_PROVIDER}' when converting to an ExtStorage disk template"
        raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    for name in parameters:
        if name != _PROVIDER and name in _DISK_PARAMETERS:
            reason = (
                f"Invalid parameter '{name}' when converting to an ExtStorage template (it is not allowed modifying"
                " existing disk parameters)"
            )
            raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)


def build_changes(invocation: Invocation) -> Parameters:
    """The parameters that depend on several options."""
    options = invocation.options
    _check_external(options.value(EXT_PARAMETERS.option.key, {}))
    built: dict[str, Any] = {
        "beparams": enforce(_lower_default(options.value(BACKEND.key, {})), BACKEND_KINDS, (DEFAULT,)),
        "hvparams": fix_hypervisor_parameters(_lower_default(options.value(HYPERVISOR_PARAMETERS.key, {})), (DEFAULT,)),
        "nics": make_changes(options.every(NICS.key)),
        "disks": make_disk_changes(options.every(DISKS.key)),
    }
    if options.has(OFFLINE.key) or options.has(ONLINE.key):
        built["offline"] = options.has(OFFLINE.key)
    return built


def _lower_default(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: DEFAULT if isinstance(value, str) and value.lower() == DEFAULT else value
        for name, value in parameters.items()
    }


_ANY_OF: Final = needs_any_of(
    *(NICS, DISKS, DISK_TEMPLATE.option, HYPERVISOR_PARAMETERS, BACKEND, OS, OS_PARAMETERS.option),
    *(PRIVATE_PARAMETERS.option, OFFLINE, ONLINE, RUNTIME_MEMORY.option, NEW_PRIMARY.option, COMMUNICATION.option),
)


def check_options(invocation: Invocation) -> str | None:
    """What is wrong with the options."""
    return _ANY_OF(invocation) or check_conversion(invocation.options)


def confirm_hotplug(invocation: Invocation, _client: JobClient) -> bool:
    """An interface that is changed while the instance runs is taken out and put in again."""
    nics = make_changes(invocation.options.every(NICS.key))
    is_risky = invocation.options.has(HOTPLUG.key) and any(action == "modify" for action, _, _ in nics)
    if not is_risky or is_forced(invocation):
        return True
    return invocation.console.ask("The interface is taken out and put in again; the network may be lost. Go on?") == "y"


def tell_modified(invocation: Invocation, changes: Sequence[Sequence[object]] | None) -> list[str]:
    """What has been changed, and when it takes effect."""
    if not changes:
        return []
    lines = [f"Modified instance {invocation.arguments[0]}"]
    lines += [f" - {name:<5} -> {value}" for name, value in changes]
    lines.append(
        "Please don't forget that most parameters take effect only at the next (re)start of the instance initiated by"
        " ganeti; restarting from within the instance will not be enough."
    )
    if invocation.options.value(HYPERVISOR_PARAMETERS.key):
        lines.append(
            "Note that changing hypervisor parameters without performing a restart might lead to a crash while"
            " performing a live migration. This will be addressed in future Ganeti versions."
        )
    return lines


MODIFY: Final = JobCommand(
    name="modify",
    opcode="OP_INSTANCE_SET_PARAMS",
    arguments=("instance_name",),
    synopsis="<instance-name>",
    description="Changes the parameters, disks and interfaces of an instance.",
    settings=(
        switch_on(FORCE, "force"),
        DISK_TEMPLATE,
        EXT_PARAMETERS,
        FILE_DRIVER,
        FILE_STORAGE,
        Setting(Option(("--node", "-n"), "the secondary node of mirrored disks", "NODE"), "remote_node"),
        ALLOCATOR,
        NEW_PRIMARY,
        RUNTIME_MEMORY,
        Setting(OS, "os_name"),
        switch_on(FORCE_VARIANT, "force_variant"),
        OS_PARAMETERS,
        PRIVATE_PARAMETERS,
        switch_off(NO_WAIT_FOR_SYNC, "wait_for_sync"),
        switch_off(NO_CONFLICTS_CHECK, "conflicts_check"),
        switch_on(IGNORE_POLICY, "ignore_ipolicy"),
        switch_on(HOTPLUG, "hotplug"),
        switch_on(Option(("--hotplug-if-possible",), "the same, where it can be done"), "hotplug_if_possible"),
        COMMUNICATION,
    ),
    extra_options=(BACKEND, HYPERVISOR_PARAMETERS, DISKS, NICS, OFFLINE, ONLINE),
    check=check_options,
    build=build_changes,
    confirm=confirm_hotplug,
    tell=tell_modified,
)
