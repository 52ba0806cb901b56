"""The commands that change rules for jobs. Source of the arguments: Ganeti 3.0's commands."""

from typing import Final

from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.definitions import ONE_ARGUMENT, Command, Invocation, Outcome
from ganeti_lite.commands.option_values import read_action, read_integer, read_json
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.submission.running import trace_user

PRIORITY: Final = Option(
    ("--priority",), "rules of smaller numbers come first; 0 by default", "PRIORITY", (), read_integer
)
PREDICATES: Final = Option(
    ("--predicates",), "which jobs it is about, as JSON: a list of predicates", "PREDICATES", (), read_json
)
ACTION: Final = Option(
    ("--action",),
    'what it does: ACCEPT, PAUSE, REJECT, CONTINUE (the default), or "RATE_LIMIT N"',
    "ACTION",
    (),
    read_action,
)

_SETTINGS: Final = (PRIORITY, PREDICATES, ACTION, *CONNECTION_OPTIONS)


def set_rule(invocation: Invocation) -> Outcome:
    """Set a rule, a new one if none is named, and tell its UUID."""
    options = invocation.options
    with connect_for_jobs(invocation) as client:
        uuid = client.replace_filter(
            next(iter(invocation.arguments), None),
            options.value(PRIORITY.key, 0),
            options.value(PREDICATES.key, []),
            options.value(ACTION.key, "CONTINUE"),
            trace_user(invocation),
        )
    return Outcome([str(uuid)])


def delete_rule(invocation: Invocation) -> Outcome:
    """Remove a rule."""
    with connect_for_jobs(invocation) as client:
        client.delete_filter(invocation.arguments[0])
    return Outcome([])


ADD: Final = Command("add", set_rule, "", "Adds a rule for jobs, and prints its UUID.", _SETTINGS)
DELETE: Final = Command(
    "delete", delete_rule, "<filter-uuid>", "Removes a rule for jobs.", CONNECTION_OPTIONS, arity=ONE_ARGUMENT
)
REPLACE: Final = Command(
    "replace",
    set_rule,
    "<filter-uuid>",
    "Replaces a rule for jobs, or adds one of that UUID, and prints the UUID.",
    _SETTINGS,
    arity=ONE_ARGUMENT,
)
