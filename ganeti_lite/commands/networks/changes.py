"""The commands that change networks. Source of the parameters: Ganeti 3.0's commands."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from ganeti_lite.clients.jobs import JobClient
from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.definitions import SOME_ARGUMENTS, Command, Invocation, Outcome
from ganeti_lite.commands.info import read_rows
from ganeti_lite.commands.option_values import read_key_values, read_list
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.parameter_options import MAC_PREFIX, NO_CONFLICTS_CHECK, TAGS
from ganeti_lite.commands.submission.declarations import (
    FORCE,
    JobCommand,
    Parameters,
    Setting,
    needs_any_of,
    switch_off,
    switch_on,
)
from ganeti_lite.commands.submission.running import PRIORITY, make_opcode, run_opcode
from ganeti_lite.constants import ErrorCode
from ganeti_lite.default_parameters import NICPARAMS
from ganeti_lite.errors import OpPrereqError

SUBNET: Final = Setting(Option(("--network",), "the IPv4 subnet: ADDRESS/BITS", "SUBNET"), "network")
GATEWAY: Final = Setting(Option(("--gateway",), "the IPv4 address of the router", "ADDRESS"), "gateway")
SUBNET6: Final = Setting(Option(("--network6",), "the IPv6 subnet: ADDRESS/BITS", "SUBNET"), "network6")
GATEWAY6: Final = Setting(Option(("--gateway6",), "the IPv6 address of the router", "ADDRESS"), "gateway6")
RESERVED: Final = Setting(
    Option(("--add-reserved-ips",), "keep these addresses from instances, by commas", "ADDRESSES", (), read_list),
    "add_reserved_ips",
)
RELEASED: Final = Setting(
    Option(("--remove-reserved-ips",), "give these addresses back, by commas", "ADDRESSES", (), read_list),
    "remove_reserved_ips",
)
NIC_PARAMETERS: Final = Option(
    ("--nic-parameters", "-N"),
    "mode, link and vlan of the interfaces in it: KEY=VALUE,...",
    "PARAMETERS",
    (),
    read_key_values,
)


def check_subnet(invocation: Invocation) -> None:
    """A network has a subnet.

    :raises OpPrereqError: it was not given.
    """
    if not invocation.options.has(SUBNET.option.key):
        raise OpPrereqError("The --network option must be given", ErrorCode.WRONG_INPUT)


ADD: Final = JobCommand(
    name="add",
    opcode="OP_NETWORK_ADD",
    arguments=("network_name",),
    synopsis="--network=<subnet> <network-name>",
    description="Adds a network.",
    settings=(
        *(SUBNET, GATEWAY, SUBNET6, GATEWAY6, RESERVED, MAC_PREFIX),
        switch_off(NO_CONFLICTS_CHECK, "conflicts_check"),
        TAGS,
    ),
    check=check_subnet,
)

_CHANGES: Final = (GATEWAY, SUBNET6, GATEWAY6, RESERVED, RELEASED, MAC_PREFIX)

MODIFY: Final = JobCommand(
    name="modify",
    opcode="OP_NETWORK_SET_PARAMS",
    arguments=("network_name",),
    synopsis="<network-name>",
    description="Changes a network; an address or subnet of none takes it away.",
    settings=_CHANGES,
    check=needs_any_of(*(setting.option for setting in _CHANGES)),
)
REMOVE: Final = JobCommand(
    name="remove",
    opcode="OP_NETWORK_REMOVE",
    arguments=("network_name",),
    synopsis="<network-name>",
    description="Removes a network that no node group is connected to.",
    settings=(switch_on(FORCE, "force"),),
)


def run_for_groups(opcode: str, build: Callable[[Invocation], Parameters], invocation: Invocation) -> Outcome:
    """Run a job for each of the node groups that are the arguments behind the network, for all if there are none."""
    network, *groups = invocation.arguments
    parameters = {"network_name": network, **build(invocation)}
    with connect_for_jobs(invocation) as client:
        for group in groups or _all_groups(client):
            run_opcode(invocation, client, make_opcode(invocation, opcode, {"group_name": group, **parameters}))
    return Outcome([])


def _all_groups(client: JobClient) -> list[Any]:
    """The UUIDs of all node groups."""
    return [row["uuid"] for row in read_rows(client.luxi.call("QueryGroups", [[], ["uuid"], False]), ("uuid",))]


def build_connection(invocation: Invocation) -> Mapping[str, object]:
    """What interfaces in the network are like, where an instance does not say."""
    nic = {**NICPARAMS, **invocation.options.value(NIC_PARAMETERS.key, {})}
    return {
        **{f"network_{name}": nic[name] for name in ("mode", "link", "vlan")},
        "conflicts_check": not invocation.options.has(NO_CONFLICTS_CHECK.key),
    }


CONNECT: Final = Command(
    "connect",
    partial(run_for_groups, "OP_NETWORK_CONNECT", build_connection),
    "<network-name> [<group-name>...]",
    "Connects a network to node groups, to all if none is named.",
    (NO_CONFLICTS_CHECK, NIC_PARAMETERS, PRIORITY, *CONNECTION_OPTIONS),
    arity=SOME_ARGUMENTS,
)
DISCONNECT: Final = Command(
    "disconnect",
    partial(run_for_groups, "OP_NETWORK_DISCONNECT", lambda _invocation: {}),
    "<network-name> [<group-name>...]",
    "Disconnects a network from node groups, from all if none is named.",
    (PRIORITY, *CONNECTION_OPTIONS),
    arity=SOME_ARGUMENTS,
)
