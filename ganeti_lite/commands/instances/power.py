"""``gnt-instance startup``, ``shutdown`` and ``reboot``: for one instance or many, with a job for each."""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from ganeti_lite.commands.connection import CONNECTION_OPTIONS, connect_for_jobs
from ganeti_lite.commands.console import Choice, Console
from ganeti_lite.commands.definitions import ANY_ARGUMENTS, Command, Invocation, Outcome, fail
from ganeti_lite.commands.option_values import read_integer, read_key_values
from ganeti_lite.commands.options import Option
from ganeti_lite.commands.submission.batch import NamedOpcode, run_batch
from ganeti_lite.commands.submission.declarations import FORCE, Setting, switch_on
from ganeti_lite.commands.submission.running import DRY_RUN, PRIORITY, SUBMISSION_OPTIONS, make_opcode
from ganeti_lite.constants import ErrorCode
from ganeti_lite.errors import OpPrereqError

from .selection import ALL, INSTANCES, MODES, choose_mode, select_instances

FORCE_MULTIPLE: Final = Option(("--force-multiple",), "do not ask before it is done to several")
_SHOW_AT_MOST: Final = 20
"""Instances that a question lists without being asked for them."""


class PowerCommand(NamedTuple):
    """A command that does something to instances.

    :ivar settings: the options that are parameters of the opcode.
    """

    name: str
    opcode: str
    description: str
    settings: tuple[Setting, ...]

    def as_command(self) -> Command:
        """The command."""
        taken = {setting.option.key for setting in self.settings}
        return Command(
            self.name,
            partial(_run, self),
            "{<instance-name>... | --all | {--node | --primary | --secondary} <node-name>... | {--tags | "
            "--node-tags | --pri-node-tags | --sec-node-tags} <tag>...}",
            self.description,
            (
                *(setting.option for setting in self.settings),
                *(mode.option for mode in MODES),
                *(FORCE_MULTIPLE, DRY_RUN, PRIORITY, *SUBMISSION_OPTIONS),
                *(option for option in CONNECTION_OPTIONS if option.key not in taken),
            ),
            arity=ANY_ARGUMENTS,
        )


def _run(command: PowerCommand, invocation: Invocation) -> Outcome:
    mode = choose_mode(invocation.options)
    with connect_for_jobs(invocation) as client:
        names = select_instances(mode, invocation.arguments, client.luxi)
        if not names and mode is ALL:
            return Outcome(["Cluster is empty, no instances to shutdown"])
        if not names:
            raise OpPrereqError("Selection filter does not match any instances", ErrorCode.WRONG_INPUT)
        are_many = mode is not INSTANCES or len(names) > 1
        is_forced = invocation.options.has(FORCE_MULTIPLE.key)
        if are_many and not is_forced and not _confirm(invocation.console, command.name, names):
            return fail()
        parameters = {setting.parameter: setting.read(invocation.options) for setting in command.settings}
        given = {name: value for name, value in parameters.items() if value is not None}
        orders = [
            NamedOpcode(name, make_opcode(invocation, command.opcode, {"instance_name": name, **given}))
            for name in names
        ]
        return run_batch(invocation, client, orders, is_talkative=are_many)


def _confirm(console: Console, what: str, names: Sequence[str]) -> bool:
    """Ask whether it is to be done to so many."""
    question = f"The {what} will operate on {len(names)} instances.\nDo you want to continue?"
    listed = "\n".join([question, "Affected instances:", *(f"  {name}" for name in names)])
    yes, no = Choice("y", f"execute the {what}"), Choice("n", f"leave the {what}")
    if len(names) <= _SHOW_AT_MOST:
        return console.ask(listed, (yes, no)) == "y"
    answer = console.ask(question, (yes, Choice("v", "see which instances these are"), no))
    return (console.ask(listed, (yes, no)) if answer == "v" else answer) == "y"


_FORCE: Final = switch_on(FORCE, "force")
_IGNORE_OFFLINE: Final = switch_on(
    Option(("--ignore-offline",), "do what can be done without nodes that are offline"), "ignore_offline_nodes"
)
_NO_REMEMBER: Final = switch_on(
    Option(("--no-remember",), "leave the state that the instance is meant to be in as it is"), "no_remember"
)

STARTUP: Final = PowerCommand(
    name="startup",
    opcode="OP_INSTANCE_STARTUP",
    description="Starts instances.",
    settings=(
        _FORCE,
        Setting(
            Option(
                ("--hypervisor-parameters", "-H"),
                "parameters of the hypervisor for this once: KEY=VALUE,...",
                "PARAMETERS",
                (),
                read_key_values,
            ),
            "hvparams",
        ),
        Setting(
            Option(
                ("--backend-parameters", "-B"),
                "memory and CPUs for this once: KEY=VALUE,...",
                "PARAMETERS",
                (),
                read_key_values,
            ),
            "beparams",
        ),
        _IGNORE_OFFLINE,
        _NO_REMEMBER,
        switch_on(Option(("--paused",), "leave it paused"), "startup_paused"),
    ),
)
SHUTDOWN: Final = PowerCommand(
    name="shutdown",
    opcode="OP_INSTANCE_SHUTDOWN",
    description="Stops instances.",
    settings=(
        _FORCE,
        Setting(
            Option(("--timeout",), "seconds that an instance may take before it is ended", "SECONDS", (), read_integer),
            "timeout",
            120,
        ),
        _IGNORE_OFFLINE,
        _NO_REMEMBER,
    ),
)
REBOOT: Final = PowerCommand(
    name="reboot",
    opcode="OP_INSTANCE_REBOOT",
    description="Reboots instances.",
    settings=(
        Setting(
            Option(
                ("--type", "-t"),
                "soft: in the instance; hard: on its node; full: with its disks",
                "TYPE",
                ("soft", "hard", "full"),
            ),
            "reboot_type",
            "hard",
        ),
        switch_on(Option(("--ignore-secondaries",), "reboot it even if secondary nodes fail"), "ignore_secondaries"),
        Setting(
            Option(("--shutdown-timeout",), "seconds that it may take to stop", "SECONDS", (), read_integer),
            "shutdown_timeout",
            120,
        ),
    ),
)
