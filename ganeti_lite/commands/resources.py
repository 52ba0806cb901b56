"""The kinds of items that can be listed, and what is particular about each one's list.

Source: columns, options and exceptions of Ganeti 3.0's commands.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.constants import ItemType, JobStatus

from .cells import CellFormat, join_with_commas
from .colors import INSTANCE_COLORS, JOB_COLORS, NODE_COLORS, Colors
from .definitions import ANY_ARGUMENTS, NO_ARGUMENTS, Arity
from .job_arguments import read_job_id
from .options import Option, Values
from .timestamps import format_precise_timestamp


class Resource(NamedTuple):
    """A kind of items.

    :ivar plural: what several of them are called.
    :ivar default_fields: the columns of a list without ``--output``.
    :ivar overrides: fields whose cells are not shown as their kind says.
    :ivar has_units: whether a list takes ``--units``.
    :ivar has_filter_flag: whether a list takes ``--filter``.
    :ivar defaults_variable: the environment variable with a list's default options.
    :ivar name_field: the field that an argument of a list is compared with.
    :ivar to_name: makes that field's value of an argument.
    :ivar own_options: what only this list takes.
    :ivar restrict: the qfilter that its own options make, beside the arguments; ``None`` for everything.
    :ivar more_fields: what its own options add to the columns.
    :ivar live_fields: what only the nodes know.
    :ivar colors: of values, by field.
    """

    item_type: ItemType
    plural: str
    default_fields: tuple[str, ...]
    overrides: Mapping[str, CellFormat]
    list_synopsis: str
    list_fields_synopsis: str = "[fields...]"
    has_units: bool = False
    has_filter_flag: bool = True
    defaults_variable: str | None = None
    name_field: str = "name"
    to_name: Callable[[str], object] = str
    arity: Arity = ANY_ARGUMENTS
    own_options: tuple[Option, ...] = ()
    restrict: Callable[[Values], object] = lambda _options: None
    more_fields: Callable[[Values], tuple[str, ...]] = lambda _options: ()
    live_fields: frozenset[str] = frozenset()
    colors: Mapping[str, Colors] = {}


def find_columns_file(environ: Mapping[str, str]) -> str | None:
    """The path of the file with a user's columns (:mod:`~ganeti_lite.commands.default_columns`), if there is one."""
    home = environ.get("HOME")
    folder = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else None)
    path = f"{folder}/ganeti-lite/columns"
    return path if folder and os.path.exists(path) else None


def format_parameters(parameters: Mapping[str, object]) -> str:
    """``name=value`` pairs."""
    return ", ".join(f"{name}={value}" for name, value in parameters.items()) or "(empty)"


def format_connections(connections: Sequence[Sequence[object]]) -> str:
    """A network's node groups, each with the parameters of its connection."""
    return ", ".join(f"{group} ({mode}, {link}, {vlan})" for group, mode, link, vlan in connections)


_JOINED_OF_INSTANCE: Final = (
    "tags",
    "disk.sizes",
    "nic.macs",
    "nic.ips",
    "nic.modes",
    "nic.links",
    "nic.bridges",
    "nic.networks",
    "snodes",
    "snodes.group",
    "snodes.group.uuid",
)

INSTANCE: Final = Resource(
    item_type=ItemType.INSTANCE,
    plural="instances",
    default_fields=("name", "hypervisor", "os", "pnode", "status", "oper_ram"),
    overrides=dict.fromkeys(_JOINED_OF_INSTANCE, join_with_commas),
    list_synopsis="[<instance-name>...]",
    has_units=True,
    defaults_variable="GNT_INSTANCE_LIST",
    live_fields=frozenset({"console", "oper_ram", "oper_state", "oper_vcpus", "status"}),
    colors={"status": INSTANCE_COLORS},
)

NODE: Final = Resource(
    item_type=ItemType.NODE,
    plural="nodes",
    default_fields=("name", "dtotal", "dfree", "mtotal", "mnode", "mfree", "pinst_cnt", "sinst_cnt"),
    overrides=dict.fromkeys(("pinst_list", "sinst_list", "tags"), join_with_commas),
    list_synopsis="[<node-name>...]",
    has_units=True,
    defaults_variable="GNT_NODE_LIST",
    live_fields=frozenset(
        {
            *("bootid", "cnodes", "cnos", "csockets", "ctotal"),
            *("dfree", "dtotal", "mfree", "mnode", "mtotal", "spfree", "sptotal"),
        }
    ),
    colors={"role": NODE_COLORS},
)

GROUP: Final = Resource(
    item_type=ItemType.GROUP,
    plural="node groups",
    default_fields=("name", "node_cnt", "pinst_cnt", "alloc_policy", "ndparams"),
    overrides={
        "node_list": join_with_commas,
        "pinst_list": join_with_commas,
        "ndparams": format_parameters,
    },
    list_synopsis="[<group-name>...]",
    defaults_variable="GNT_GROUP_LIST",
)

NETWORK: Final = Resource(
    item_type=ItemType.NETWORK,
    plural="networks",
    default_fields=("name", "network", "gateway", "mac_prefix", "group_list", "tags"),
    overrides={
        "group_list": format_connections,
        "inst_list": join_with_commas,
        "tags": join_with_commas,
    },
    list_synopsis="[<network-name>...]",
    list_fields_synopsis="[<fields>...]",
    has_filter_flag=False,
)


JOB_STATUSES: Final[Mapping[str, tuple[JobStatus, ...]]] = {
    "pending": (JobStatus.QUEUED, JobStatus.WAITING, JobStatus.CANCELING),
    "queued": (JobStatus.QUEUED,),
    "waiting": (JobStatus.WAITING,),
    "running": (JobStatus.RUNNING,),
    "error": (JobStatus.ERROR,),
    "finished": (JobStatus.CANCELED, JobStatus.SUCCESS, JobStatus.ERROR),
}
"""Statuses by the option that stands for them."""

PENDING: Final = Option(("--pending",), "jobs that have not begun, or are being canceled")
QUEUED: Final = Option(("--queued",), "jobs in the queue")
WAITING: Final = Option(("--waiting",), "jobs that wait for locks")
RUNNING: Final = Option(("--running",), "jobs that run")
ERROR: Final = Option(("--error",), "jobs that have failed")
FINISHED: Final = Option(("--finished",), "jobs that have come to an end")
ARCHIVED: Final = Option(("--archived",), "show archived jobs, too, which takes long, and a column that tells")


def restrict_to_status(options: Values) -> list[object] | None:
    """The qfilter for the last of the options of :data:`JOB_STATUSES` that was given; ``None`` without one."""
    chosen = options.last_of(JOB_STATUSES)
    return None if chosen is None else any_value("status", JOB_STATUSES[chosen])


def any_value(field: str, values: Sequence[object]) -> list[object] | None:
    """The qfilter for items of which a field has one of several values; ``None`` if there are no values."""
    return ["|", *(["==", field, value] for value in values)] if values else None


def format_times(times: Sequence[object]) -> str:
    """The times of a job's opcodes, as Python shows a list."""
    return str([format_precise_timestamp(time) for time in times])


JOB: Final = Resource(
    item_type=ItemType.JOB,
    plural="jobs",
    default_fields=("id", "status", "summary"),
    overrides={
        "status": str,
        "summary": join_with_commas,
        **dict.fromkeys(("opstart", "opexec", "opend"), format_times),
    },
    list_synopsis="[<job-id>...]",
    list_fields_synopsis="[<fields>...]",
    name_field="id",
    to_name=read_job_id,
    own_options=(PENDING, RUNNING, ERROR, FINISHED, ARCHIVED),
    restrict=restrict_to_status,
    more_fields=lambda options: ("archived",) if options.has(ARCHIVED.key) else (),
    colors={"status": JOB_COLORS},
)

NODE_NAMES: Final = Option(("--node", "-n"), "show the exports on this node; may be repeated", "NODE")

EXPORT: Final = Resource(
    item_type=ItemType.EXPORT,
    plural="exports",
    default_fields=("node", "export"),
    overrides={},
    list_synopsis="",
    has_units=True,
    has_filter_flag=False,
    arity=NO_ARGUMENTS,
    own_options=(NODE_NAMES,),
    restrict=lambda options: any_value("node", options.every(NODE_NAMES.key)),
)

RULE: Final = Resource(
    item_type=ItemType.FILTER,
    plural="rules for jobs",
    default_fields=("uuid", "watermark", "priority", "predicates", "action", "reason_trail"),
    overrides={},
    list_synopsis="[<filter-uuid>...]",
    list_fields_synopsis="[<fields>...]",
    has_filter_flag=False,
    name_field="uuid",
)


def format_pending(groups: Sequence[tuple[object, Sequence[object]]]) -> str:
    """Who waits for a lock, and in which mode."""
    return ", ".join(f"{mode}:{','.join(map(str, owners))}" for mode, owners in groups)


def _or_dash(to_text: CellFormat) -> CellFormat:
    def format_cell(value: Any) -> str:
        return to_text(value) if value else "-"

    return format_cell


LOCK: Final = Resource(
    item_type=ItemType.LOCK,
    plural="locks",
    default_fields=("name", "mode", "owner", "pending"),
    overrides={"mode": _or_dash(str), "owner": _or_dash(join_with_commas), "pending": _or_dash(format_pending)},
    list_synopsis="[--interval N]",
    has_filter_flag=False,
    arity=NO_ARGUMENTS,
)
