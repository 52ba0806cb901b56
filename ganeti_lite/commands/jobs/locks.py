"""``gnt-debug locks``: the list of locks, once or again and again."""

from typing import Final

from ganeti_lite.commands.definitions import Command, Invocation, Outcome
from ganeti_lite.commands.listing import list_command, list_items
from ganeti_lite.commands.option_values import read_integer
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.resources import LOCK
from ganeti_lite.constants import ExitCode

INTERVAL: Final = Option(("--interval",), "list again and again, with as many seconds between", "N", (), read_integer)


def list_locks(invocation: Invocation) -> Outcome:
    """List the locks once, or until something fails or the user has seen enough."""
    interval = invocation.options.value(INTERVAL.key)
    outcome = list_items(LOCK, invocation)
    while interval and outcome.exit_code == ExitCode.SUCCESS:
        for line in [*outcome.lines, ""]:
            invocation.console.say(line)
        invocation.sleep(interval)
        outcome = list_items(LOCK, invocation)
    return outcome


LOCKS: Final = Command(
    "locks",
    list_locks,
    LOCK.list_synopsis,
    "Lists the locks of jobs: who holds them, and who waits for them.",
    (*list_command(LOCK).own_options, INTERVAL),
)
