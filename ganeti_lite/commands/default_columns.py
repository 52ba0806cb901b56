"""The columns that a user wants in lists without ``--output``: ``~/.config/ganeti-lite/columns``.

A line is ``KIND = FIELD,FIELD,...``, where a kind is an item type (instance, node, group, network, job, export, filter,
lock); an empty line or one that begins with ``#`` says nothing. ``XDG_CONFIG_HOME`` moves ``~/.config``.
"""

from collections.abc import Mapping, Sequence

from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError


def read_columns(path: str) -> Mapping[str, Sequence[str]]:
    """A user's columns by kind.

    :raises OpPrereqError: the file cannot be read or understood.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return parse_columns(file.read(), path)
    except (OSError, UnicodeDecodeError) as error:
        raise OpPrereqError(f"Can't read {path}: {error}", ErrorCode.ENVIRONMENT) from error


def parse_columns(text: str, path: str) -> Mapping[str, Sequence[str]]:
    """The columns by kind.

    :raises OpPrereqError: a line is not of the form.
    """
    columns = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        kind, sign, fields = line.partition("=")
        names = [name.strip() for name in fields.split(",")]
        if not sign or not kind.strip() or "" in names:
            raise OpPrereqError(f"{path}, line {number}: expected KIND = FIELD,FIELD,...", ErrorCode.WRONG_INPUT)
        columns[kind.strip()] = names
    return columns
