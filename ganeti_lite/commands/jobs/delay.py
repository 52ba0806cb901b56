"""``gnt-debug delay``: a job that only waits."""

from typing import Final

from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.option_values import read_integer
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.submission.declarations import JobCommand, Parameters, Setting, switch_off, switch_on
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError


def build_duration(invocation: Invocation) -> Parameters:
    """How long to wait, in seconds.

    :raises OpPrereqError: it is no number.
    """
    (text,) = invocation.arguments
    try:
        return {"duration": float(text)}
    except ValueError as error:
        raise OpPrereqError(f"Invalid duration '{text}'", ErrorCode.WRONG_INPUT) from error


DELAY: Final = JobCommand(
    name="delay",
    opcode="OP_TEST_DELAY",
    arguments=("duration",),
    synopsis="<duration>",
    description="Runs a job that does nothing but wait, for so many seconds.",
    settings=(
        switch_off(Option(("--no-master",), "do not wait on the master node"), "on_master"),
        Setting(Option(("-n",), "wait on this node, too; may be repeated", "NODE"), "on_nodes", (), gather=list),
        Setting(Option(("--repeat", "-r"), "wait as often again", "N", (), read_integer), "repeat", 0),
        switch_on(Option(("--interruptible", "-i"), "let the wait be ended through a socket"), "interruptible"),
        switch_on(Option(("--no-locks", "-l"), "take no locks of nodes"), "no_locks"),
    ),
    build=build_duration,
)
