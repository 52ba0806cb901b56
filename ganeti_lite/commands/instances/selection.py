"""Which instances a command is for: those that are named, those of some nodes, those with some tags, or all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.clients.luxi import LuxiClient
from ganeti_lite.commands.info import read_rows
from ganeti_lite.commands.options import Option, Values
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

Row = Mapping[str, Any]


class Mode(NamedTuple):
    """What the arguments of a command are.

    :ivar option: chooses it.
    :ivar method: the query that finds the instances.
    :ivar fields: what it asks for.
    :ivar needed: what the arguments are called if there must be some; ``None`` if there must be none.
    :ivar by_tags: whether the arguments are tags of what is queried rather than its names.
    :ivar to_names: the instances of a row.
    """

    option: Option
    method: str
    fields: tuple[str, ...]
    needed: str | None
    by_tags: bool
    to_names: Callable[[Row], Sequence[str]]


def _own_name(row: Row) -> Sequence[str]:
    return [row["name"]]


def _of_nodes(name: str, description: str, *fields: str, by_tags: bool = False) -> Mode:
    needed = "node tags" if by_tags else "node names"
    wanted = ("name", "pinst_list", "sinst_list", *(("tags",) if by_tags else ()))
    return Mode(
        Option((f"--{name}",), description),
        "QueryNodes",
        wanted,
        needed,
        by_tags,
        lambda row: [instance for field in fields for instance in row[field]],
    )


INSTANCES: Final = Mode(
    Option(("--instance",), "the arguments are instances, as without this"),
    "QueryInstances",
    ("name",),
    "instance names",
    False,
    _own_name,
)
ALL: Final = Mode(Option(("--all",), "all instances"), "QueryInstances", ("name",), None, False, _own_name)

MODES: Final = (
    INSTANCES,
    ALL,
    Mode(
        Option(("--tags",), "the instances with any of the tags that are the arguments"),
        "QueryInstances",
        ("name", "tags"),
        "instance tags",
        True,
        _own_name,
    ),
    _of_nodes("node", "the instances on the nodes that are the arguments", "pinst_list", "sinst_list"),
    _of_nodes("primary", "those that have one of the nodes as their primary", "pinst_list"),
    _of_nodes("secondary", "those that have one of the nodes as their secondary", "sinst_list"),
    _of_nodes("node-tags", "the instances on nodes with any of these tags", "pinst_list", "sinst_list", by_tags=True),
    _of_nodes("pri-node-tags", "those whose primary node has any of these tags", "pinst_list", by_tags=True),
    _of_nodes("sec-node-tags", "those whose secondary node has any of these tags", "sinst_list", by_tags=True),
)
"""The texts that say what is needed are Ganeti's."""


def choose_mode(options: Values) -> Mode:
    """The mode whose option was given last."""
    chosen = options.last_of(mode.option.key for mode in MODES)
    return next((mode for mode in MODES if mode.option.key == chosen), INSTANCES)


def select_instances(mode: Mode, arguments: Sequence[str], client: LuxiClient) -> list[str]:
    """The names of the instances that are meant.

    :raises OpPrereqError: there must be arguments, or must be none.
    """
    if mode.needed is None and arguments:
        raise OpPrereqError("Cluster filter mode takes no arguments", ErrorCode.WRONG_INPUT)
    if mode.needed is not None and not arguments:
        raise OpPrereqError(f"No {mode.needed} passed", ErrorCode.WRONG_INPUT)
    names = [] if mode.by_tags else list(arguments)
    rows = read_rows(client.call(mode.method, [names, list(mode.fields), False]), mode.fields)
    wanted = frozenset(arguments)
    return [name for row in rows if not mode.by_tags or wanted.intersection(row["tags"]) for name in mode.to_names(row)]
