"""The commands for tags of any kind of objects."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

from ganeti_lite.constants import ErrorCode, TagKind
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.wire.calls import MalformedAnswerError

from .connection import CONNECTION_OPTIONS, connect_for_jobs, connect_for_queries
from .definitions import ANY_ARGUMENTS, NO_ARGUMENTS, ONE_ARGUMENT, SOME_ARGUMENTS, Command, Invocation, Outcome
from .options import Option
from .output_format import FORMAT, render
from .submission.running import (
    PRIORITY,
    SUBMISSION_OPTIONS,
    SUBMIT,
    make_opcode,
    run_opcode,
    submit_only,
)

FROM: Final = Option(("--from",), "read more tags from this file, one a line; - is standard input", "FILE")


def tag_commands(kind: TagKind, argument: str) -> tuple[Command, ...]:
    """``add-tags``, ``list-tags`` and ``remove-tags``.

    :param argument: what the object's name is called in the help; empty for the cluster, which is not named.
    """
    is_named = kind is not TagKind.CLUSTER
    of_it = f"of a {kind.replace('nodegroup', 'node group')}".replace("a instance", "an instance")
    of_it = of_it if is_named else "of the cluster"
    synopsis = f"{argument} <tag>...".lstrip()
    changes = tuple(
        Command(
            name,
            partial(change_tags, kind, opcode, f"No tags to be {done}"),
            synopsis,
            f"{verb} the tags {of_it} that are named.",
            (FROM, PRIORITY, *SUBMISSION_OPTIONS, *CONNECTION_OPTIONS),
            arity=SOME_ARGUMENTS if is_named else ANY_ARGUMENTS,
        )
        for name, opcode, verb, done in (
            ("add-tags", "OP_TAGS_SET", "Adds to", "added"),
            ("remove-tags", "OP_TAGS_DEL", "Removes from", "removed"),
        )
    )
    listing = Command(
        "list-tags",
        partial(list_tags, kind),
        argument,
        f"Lists the tags {of_it}.",
        (FORMAT, *CONNECTION_OPTIONS),
        arity=ONE_ARGUMENT if is_named else NO_ARGUMENTS,
    )
    return changes[0], listing, changes[1]


def list_tags(kind: TagKind, invocation: Invocation) -> Outcome:
    """The tags of an object, in the order of their characters."""
    with connect_for_queries(invocation) as client:
        tags = client.call("QueryTags", [kind, "".join(invocation.arguments)])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise MalformedAnswerError("the answer has no tags")
    tags.sort()
    return Outcome(render(invocation.options, lambda: tags, lambda: [{"tag": tag} for tag in tags], ["tag"]))


def change_tags(kind: TagKind, opcode: str, complaint: str, invocation: Invocation) -> Outcome:
    """Add or remove tags.

    :raises OpPrereqError: there are none.
    """
    name, *tags = invocation.arguments if kind is not TagKind.CLUSTER else ("", *invocation.arguments)
    tags += _read_tags(invocation.options.text(FROM.key))
    if not tags:
        raise OpPrereqError(complaint, ErrorCode.WRONG_INPUT)
    order = make_opcode(invocation, opcode, {"kind": kind, "name": name, "tags": tags})
    with connect_for_jobs(invocation) as client:
        if invocation.options.has(SUBMIT.key):
            return submit_only(invocation, client, order)
        run_opcode(invocation, client, order)
    return Outcome([])


def _read_tags(path: str | None) -> Sequence[str]:
    if path is None:
        return ()
    if path == "-":
        return [line.strip() for line in sys.stdin]
    try:
        with open(path, encoding="utf-8") as file:
            return [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise OpPrereqError(f"Can't read tags from {path}: {error}", ErrorCode.ENVIRONMENT) from error
