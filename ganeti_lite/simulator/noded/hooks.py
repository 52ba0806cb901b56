"""Hooks of a made-up node: the scripts that it has, and what ran."""

import enum

import attrs


class HookStatus(enum.IntEnum):
    """How a script came out, as ``hooks_runner`` answers it."""

    SKIPPED = 0
    FAILED = 1
    SUCCEEDED = 2


@attrs.frozen
class HookScript:
    """A script of a node.

    :ivar path: of the hooks, such as ``instance-add``.
    :ivar phase: ``pre`` or ``post``.
    :ivar name: of the script; the order is theirs.
    :ivar output: what it says.
    """

    path: str
    phase: str
    name: str
    status: int = HookStatus.SUCCEEDED
    output: str = ""


@attrs.frozen
class HookRun:
    """One call of ``hooks_runner``, whether there were scripts or not.

    :ivar environment: the one that scripts were given, or would have been.
    """

    path: str
    phase: str
    environment: dict[str, str]
