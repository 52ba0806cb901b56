"""The commands that change node groups. Source of the parameters: Ganeti 3.0's commands."""

from typing import Final

from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.instance_policy import GROUP_POLICY_OPTIONS, make_policy
from ganeti_lite.commands.option_values import pairs
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.parameter_options import DISK_PARAMETERS, DISK_STATE, HYPERVISOR_STATE, NODE_PARAMETERS
from ganeti_lite.commands.submission.declarations import FORCE, JobCommand, Parameters, Setting, switch_on, tell_changes

ALLOC_POLICY: Final = Setting(
    Option(("--alloc-policy",), "preferred, last_resort or unallocable", "POLICY"), "alloc_policy"
)

_SETTINGS: Final = (
    ALLOC_POLICY,
    NODE_PARAMETERS,
    Setting(DISK_PARAMETERS, "diskparams", {}, gather=pairs),
    HYPERVISOR_STATE,
    DISK_STATE,
)


def _build_policy(invocation: Invocation) -> Parameters:
    return {"ipolicy": make_policy(invocation.options)}


def _build_new_policy(invocation: Invocation) -> Parameters:
    return {"ipolicy": make_policy(invocation.options, may_be_default=True)}


ADD: Final = JobCommand(
    name="add",
    opcode="OP_GROUP_ADD",
    arguments=("group_name",),
    synopsis="<group-name>",
    description="Adds a node group.",
    settings=_SETTINGS,
    extra_options=GROUP_POLICY_OPTIONS,
    build=_build_policy,
)
ASSIGN_NODES: Final = JobCommand(
    name="assign-nodes",
    opcode="OP_GROUP_ASSIGN_NODES",
    arguments=("group_name", "*nodes"),
    synopsis="<group-name> <node-name>...",
    description="Puts nodes into a node group, whichever they are in.",
    settings=(switch_on(FORCE, "force"),),
)
MODIFY: Final = JobCommand(
    name="modify",
    opcode="OP_GROUP_SET_PARAMS",
    arguments=("group_name",),
    synopsis="<group-name>",
    description="Changes the parameters of a node group.",
    settings=_SETTINGS,
    extra_options=GROUP_POLICY_OPTIONS,
    build=_build_new_policy,
    tell=tell_changes("node group"),
)
REMOVE: Final = JobCommand(
    name="remove",
    opcode="OP_GROUP_REMOVE",
    arguments=("group_name",),
    synopsis="<group-name>",
    description="Removes a node group that has no nodes.",
)
RENAME: Final = JobCommand(
    name="rename",
    opcode="OP_GROUP_RENAME",
    arguments=("group_name", "new_name"),
    synopsis="<old-name> <new-name>",
    description="Gives a node group another name.",
)
