"""Commands that are imported when they are called: a listing would pay for what the others need."""

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from .definitions import Command

if TYPE_CHECKING:
    from ganeti_lite.constants import TagKind

Loader = Callable[[], Command]
"""Gives a command."""


def lazily(module: str, name: str) -> Loader:
    """Loads the command that a module of this package has under a name, or what has such a command."""
    return partial(_load, module, name)


def _load(module: str, name: str) -> Command:
    found = getattr(importlib.import_module(f".{module}", __package__), name)
    command = found if isinstance(found, Command) else found.as_command()
    assert isinstance(command, Command)  # noqa: S101 - a mistake in a table of this package
    return command


def load_tag_commands(kind: "TagKind", argument: str) -> Mapping[str, Loader]:
    """Loaders for the commands for tags, by their names.

    :param argument: what the object's name is called in the help; empty for the cluster, which is not named.
    """
    return {name: partial(_load_tag_command, name, kind, argument) for name in ("add-tags", "list-tags", "remove-tags")}


def _load_tag_command(name: str, kind: "TagKind", argument: str) -> Command:
    from .tag_commands import tag_commands  # noqa: PLC0415 - imported only when one of them is called

    return next(command for command in tag_commands(kind, argument) if command.name == name)
