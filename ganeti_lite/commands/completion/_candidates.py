"""Candidates for the last word of a command line."""

import importlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from ganeti_lite.clients.answers import read_field_definitions
from ganeti_lite.clients.luxi import ClientError, LuxiClient
from ganeti_lite.clients.sockets import RequestKind, choose_socket
from ganeti_lite.commands.definitions import Command, Program
from ganeti_lite.commands.listing import OUTPUT, SORT
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.resources import EXPORT, GROUP, INSTANCE, JOB, LOCK, NETWORK, NODE, RULE, Resource
from ganeti_lite.constants import ItemType
from ganeti_lite.errors import GanetiError
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.calls import MalformedAnswerError, RequestRefused

PATIENCE: Final = 2.0
"""Seconds."""

Ask = Callable[[str, Sequence[Any]], object]
"""The result of a Luxi request; raises what :meth:`LuxiClient.call` raises."""

RESOURCES: Final[Mapping[str, Resource]] = {
    "gnt-backup": EXPORT,
    "gnt-debug": LOCK,
    "gnt-filter": RULE,
    "gnt-group": GROUP,
    "gnt-instance": INSTANCE,
    "gnt-job": JOB,
    "gnt-network": NETWORK,
    "gnt-node": NODE,
}
"""What each program's lists are of."""

_KINDS_OF_ARGUMENTS: Final[Mapping[str, ItemType]] = {
    "<instance-name>": ItemType.INSTANCE,
    "<node-name>": ItemType.NODE,
    "<group-name>": ItemType.GROUP,
    "<network-name>": ItemType.NETWORK,
    "<job-id>": ItemType.JOB,
    "<filter-uuid>": ItemType.FILTER,
}
"""What is named by an argument that a synopsis calls so."""

_KINDS_OF_VALUES: Final[Mapping[str, ItemType]] = {
    "NODE": ItemType.NODE,
    "NODES": ItemType.NODE,
    "GROUP": ItemType.GROUP,
    "NETWORK": ItemType.NETWORK,
}
"""What is named by an option's value that is called so."""

_WORD: Final = re.compile(r"(?:^|[{|])\s*([a-z]+)\b")
"""A word that a synopsis lets one choose, as in ``drain|undrain|info``."""

_NAME_FIELDS: Final = {ItemType.JOB: "id", ItemType.FILTER: "uuid"}


def complete(words: Sequence[str], environ: Mapping[str, str], ask: Ask | None = None) -> list[str]:
    """What the last of the words could become, sorted.

    :param words: the command line, the program's name first; the last word may be empty.
    :param ask: asks the server; by default that of the machine.
    """
    name, *typed, last = words
    program = _find_program(name)
    if program is None:
        return []
    if not typed:
        return _beginning_with(last, [*program.loaders, *program.aliases])
    command = program.find(typed[0])
    if command is None:
        return []
    try:
        return _complete_call(program, command, typed[1:], last, ask or _ask_server(environ))
    except (GanetiError, ClientError, RequestRefused, MalformedAnswerError):
        return []


def _find_program(name: str) -> Program | None:
    try:
        module = importlib.import_module(f"ganeti_lite.commands.{name.replace('-', '_')}")
    except ImportError:
        return None
    program = getattr(module, "PROGRAM", None)
    return program if isinstance(program, Program) else None


def _beginning_with(start: str, candidates: Iterable[str]) -> list[str]:
    return sorted({candidate for candidate in candidates if candidate.startswith(start)})


def _complete_call(program: Program, command: Command, typed: Sequence[str], last: str, ask: Ask) -> list[str]:
    by_name = {name: option for option in command.options for name in option.names}
    before = typed[-1] if typed else ""
    if (option := by_name.get(before)) is not None and option.metavar is not None:
        return _complete_value(program, option, last, ask)
    if last.startswith("--") and "=" in last:
        name, _, start = last.partition("=")
        option = by_name.get(name)
        return [] if option is None else [f"{name}={value}" for value in _complete_value(program, option, start, ask)]
    if last.startswith("-"):
        return _beginning_with(last, by_name)
    return _complete_argument(program, command, last, ask)


def _complete_value(program: Program, option: Option, start: str, ask: Ask) -> list[str]:
    if option.choices:
        return _beginning_with(start, option.choices)
    if option.key in (OUTPUT.key, SORT.key):
        done, comma, field = start.rpartition(",")
        plus = "+" if not comma and field.startswith("+") else ""
        fields = _beginning_with(field.removeprefix("+"), _list_fields(program, ask))
        return [f"{done}{comma}{plus}{name}" for name in fields]
    kind = _KINDS_OF_VALUES.get(option.metavar or "")
    return [] if kind is None else _beginning_with(start, _list_names(kind, ask))


def _complete_argument(program: Program, command: Command, start: str, ask: Ask) -> list[str]:
    if command.name == "list-fields":
        return _beginning_with(start, _list_fields(program, ask))
    kind = next((kind for name, kind in _KINDS_OF_ARGUMENTS.items() if name in command.synopsis), None)
    names = [] if kind is None else _list_names(kind, ask)
    return _beginning_with(start, [*names, *_WORD.findall(command.synopsis)])


def _list_fields(program: Program, ask: Ask) -> list[str]:
    resource = RESOURCES.get(program.name)
    if resource is None:
        return []
    return [field.name for field in read_field_definitions(ask("QueryFields", [resource.item_type, None]))]


def _list_names(kind: ItemType, ask: Ask) -> list[str]:
    answer = ask("Query", [kind, [_NAME_FIELDS.get(kind, "name")], None])
    match answer:
        case {"data": list(rows)}:
            return [str(row[0][1]) for row in rows]
        case _:
            raise MalformedAnswerError("the answer has no rows")


def _ask_server(environ: Mapping[str, str]) -> Ask:
    def ask(method: str, args: Sequence[Any]) -> object:
        path = choose_socket(RequestKind.QUERY, environ, GanetiPaths.from_environ(environ))
        with LuxiClient.connect(path) as client:
            client.answer_timeout = PATIENCE
            return client.call(method, list(args))

    return ask
