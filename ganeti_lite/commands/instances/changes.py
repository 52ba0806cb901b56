"""The smaller commands that change an instance. Source of the parameters: Ganeti 3.0's commands."""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.clients.jobs import JobClient
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.submission.declarations import FORCE, JobCommand, is_forced, switch_off, switch_on
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

from .options import SHUTDOWN_TIMEOUT

NO_NAME_CHECK: Final = Option(("--no-name-check",), "take the new name as it is; do not look it up")


def confirm_removal(invocation: Invocation, client: JobClient) -> bool:
    """An instance that is removed loses its disks.

    :raises OpPrereqError: there is none of the name.
    """
    if is_forced(invocation):
        return True
    (name,) = invocation.arguments
    if not client.luxi.call("QueryInstances", [[name], ["name"], False]):
        raise OpPrereqError(f"Instance '{name}' does not exist", ErrorCode.UNKNOWN_ENTITY)
    return invocation.console.ask(f"The instance {name} and all data on its disks will be gone. Go on?") == "y"


def confirm_name(invocation: Invocation, _client: JobClient) -> bool:
    """A name that is not looked up had better be a full one."""
    if is_forced(invocation) or not invocation.options.has(NO_NAME_CHECK.key):
        return True
    question = f"The new name is not looked up. Is '{invocation.arguments[1]}' a fully qualified name?"
    return invocation.console.ask(question) == "y"


def tell_name(invocation: Invocation, name: Any) -> list[str]:
    """The name that it has now."""
    return [f"Instance '{invocation.arguments[0]}' renamed to '{name}'"] if name else []


def tell_devices(_invocation: Invocation, devices: Sequence[Sequence[object]]) -> list[str]:
    """Where each disk is."""
    return [f"{node}:{disk}:{path}" for node, disk, path in devices]


REMOVE: Final = JobCommand(
    name="remove",
    opcode="OP_INSTANCE_REMOVE",
    arguments=("instance_name",),
    synopsis="<instance-name>",
    description="Removes an instance and its disks.",
    settings=(
        SHUTDOWN_TIMEOUT,
        switch_on(Option(("--ignore-failures",), "remove it even if it cannot be stopped"), "ignore_failures"),
    ),
    extra_options=(FORCE,),
    confirm=confirm_removal,
)
RENAME: Final = JobCommand(
    name="rename",
    opcode="OP_INSTANCE_RENAME",
    arguments=("instance_name", "new_name"),
    synopsis="<old-name> <new-name>",
    description="Gives an instance that is down another name.",
    settings=(
        switch_off(Option(("--no-ip-check",), "do not look whether its address is taken"), "ip_check"),
        switch_off(NO_NAME_CHECK, "name_check"),
    ),
    extra_options=(FORCE,),
    confirm=confirm_name,
    tell=tell_name,
)
ACTIVATE_DISKS: Final = JobCommand(
    name="activate-disks",
    opcode="OP_INSTANCE_ACTIVATE_DISKS",
    arguments=("instance_name",),
    synopsis="<instance-name>",
    description="Makes an instance's disks ready for use, and tells where they are.",
    settings=(
        switch_on(Option(("--ignore-size",), "do not compare sizes"), "ignore_size"),
        switch_on(Option(("--wait-for-sync",), "wait until mirrored disks are in step"), "wait_for_sync"),
    ),
    has_dry_run=False,
    tell=tell_devices,
)
DEACTIVATE_DISKS: Final = JobCommand(
    name="deactivate-disks",
    opcode="OP_INSTANCE_DEACTIVATE_DISKS",
    arguments=("instance_name",),
    synopsis="<instance-name>",
    description="Takes the disks of an instance that is down out of use.",
    settings=(switch_on(FORCE, "force"),),
)
