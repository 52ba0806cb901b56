"""The command that changes nodes. Source of the parameters: Ganeti 3.0's command."""

from typing import Final

from ganeti_lite.clients.jobs import JobClient
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.option_values import read_yes_no
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.parameter_options import DISK_STATE, HYPERVISOR_STATE, NODE_PARAMETERS
from ganeti_lite.commands.submission.declarations import (
    FORCE,
    JobCommand,
    Setting,
    is_forced,
    needs_any_of,
    switch_on,
    tell_changes,
)


def _yes_or_no(names: tuple[str, ...], parameter: str, description: str) -> Setting:
    return Setting(Option(names, description, "BOOL", (), read_yes_no), parameter)


_OFFLINE: Final = _yes_or_no(("--offline", "-O"), "offline", "whether it is taken for broken, and not talked to")
_SECONDARY_IP: Final = Setting(Option(("--secondary-ip", "-s"), "its other address", "ADDRESS"), "secondary_ip")

_CHANGES: Final = (
    _yes_or_no(("--master-candidate", "-C"), "master_candidate", "whether it could become the master"),
    _yes_or_no(("--drained", "-D"), "drained", "whether it gets no more instances"),
    _OFFLINE,
    _yes_or_no(("--master-capable",), "master_capable", "whether it may become a master candidate"),
    _yes_or_no(("--vm-capable",), "vm_capable", "whether it may have instances"),
    _SECONDARY_IP,
    NODE_PARAMETERS,
    HYPERVISOR_STATE,
    DISK_STATE,
)


def confirm_online(invocation: Invocation, _client: JobClient) -> bool:
    """A node that comes back online may have missed changes of the configuration."""
    if invocation.options.value(_OFFLINE.option.key) is not False or is_forced(invocation):
        return True
    question = (
        "A node that was offline may have an old configuration, and a second master may come of it; "
        '"gnt-node add --readd" is the safe way. Set it online all the same?'
    )
    return invocation.console.ask(question) == "y"


MODIFY: Final = JobCommand(
    name="modify",
    opcode="OP_NODE_SET_PARAMS",
    arguments=("node_name",),
    synopsis="<node-name>",
    description="Changes the role and the parameters of a node.",
    settings=(
        switch_on(FORCE, "force"),
        *_CHANGES,
        switch_on(Option(("--auto-promote",), "make others master candidates instead"), "auto_promote"),
        _yes_or_no(("--node-powered",), "powered", "whether its power is on, as far as Ganeti knows"),
    ),
    check=needs_any_of(*(setting.option for setting in _CHANGES)),
    confirm=confirm_online,
    tell=tell_changes("node"),
)
