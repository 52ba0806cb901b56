"""Runs a program that consists of commands; the one place that prints how they ended.

A program ends with what its command says, with 1 after a failure, and with 2 after wrong usage. If the reader of its
output goes away, it ends without a word.
"""

import os
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from ganeti_lite.constants import SOFTWARE_VERSION, ExitCode

from .console import Console, StandardConsole
from .definitions import DEBUG, Arity, Command, Invocation, Outcome, Program, fail
from .failures import EXPLAINED, explain_failure
from .options import HELP, UsageError, read_options


def run_program(program: Program, words: Sequence[str] | None = None) -> int:
    """Run a program with the process's surroundings.

    :param words: the command line without the program's name; the process's own by default.
    :return: the exit code.
    """
    console = StandardConsole(os.environ)
    try:
        outcome = run(program, sys.argv[1:] if words is None else words, os.environ, console)
        console.finish(outcome.lines, outcome.complaints)
    except KeyboardInterrupt as interrupt:
        console.finish([], ["Aborted.", *map(str, interrupt.args)])
        return ExitCode.FAILURE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it flushes at its end
        return ExitCode.FAILURE
    return outcome.exit_code


def run(
    program: Program,
    words: Sequence[str],
    environ: Mapping[str, str],
    console: Console | None = None,
    clock: Callable[[], float] = time.time,
) -> Outcome:
    """How a program ends when it is called with ``words``.

    :param clock: seconds since 1970.
    """
    match words:
        case ["--help" | "-h", *_]:
            return Outcome(_describe(program))
        case ["--version", *_]:
            return Outcome([f"{program.name} (Ganeti Lite) {SOFTWARE_VERSION}"])
        case [name, *rest]:
            command = program.find(name)
            if command is None:
                return _explain_missing(program, name)
            speaking = StandardConsole(environ) if console is None else console
            call = Invocation(_NOTHING, (), environ, speaking, program.name, name, clock)
            return _run_command(program, command, rest, call)
        case _:
            return fail(*_describe(program))


def _describe(program: Program, command: Command | None = None) -> list[str]:
    """The help of a program, or of one of its commands."""
    from .usage import describe_command, describe_program  # noqa: PLC0415 - most calls need no help

    return describe_program(program) if command is None else describe_command(program, command)


def _explain_missing(program: Program, name: str) -> Outcome:
    if name in program.missing:
        return fail(f"{program.name} {name} is not part of Ganeti Lite; Ganeti's own {program.name} has it.")
    return fail(f"{program.name} has no command '{name}'.", "", *_describe(program))


_NOTHING, _ = read_options((), ())


def _run_command(program: Program, command: Command, words: Sequence[str], call: Invocation) -> Outcome:
    start = time.monotonic()
    try:
        options, arguments = read_options(command.options, [*_read_defaults(command, call.environ), *words])
    except UsageError as error:
        from .usage import summarize_usage  # noqa: PLC0415 - as above

        complaints = (*summarize_usage(program, command), f"{program.name}: error: {error}")
        return Outcome([], complaints, ExitCode.USAGE)
    except EXPLAINED as error:
        return fail(*explain_failure(error).lines)
    if options.has(HELP.key):
        return Outcome(_describe(program, command))
    complaint = _check_number(command, arguments)
    if complaint is not None:
        return fail(complaint)
    outcome = _run_explaining(command, call._replace(options=options, arguments=arguments))
    if options.has(DEBUG.key):
        took = f"{program.name} {command.name}: {(time.monotonic() - start) * 1000:.1f} ms"
        return outcome._replace(complaints=(*outcome.complaints, took))
    return outcome


def _check_number(command: Command, arguments: Sequence[str]) -> str | None:
    """What to say if there are too many arguments or too few; the texts are Ganeti's."""
    count = len(arguments)
    expects = f"Error: Command {command.name} expects"
    match command.arity:
        case Arity(0, 0) if count:
            return f"{expects} no arguments"
        case Arity(least, most) if least == most != count:
            return f"{expects} {least} argument(s)"
        case Arity(_, int(most)) if count > most:
            return f"{expects} only {most} argument(s)"
        case Arity(least, _) if count < least:
            return f"{expects} at least {least} argument(s)"
        case _:
            return None


def _read_defaults(command: Command, environ: Mapping[str, str]) -> list[str]:
    if command.defaults_variable is None:
        return []
    try:
        return shlex.split(environ.get(command.defaults_variable, ""))
    except ValueError as error:
        raise UsageError(f"environment variable {command.defaults_variable}: {error}") from error


def _run_explaining(command: Command, invocation: Invocation) -> Outcome:
    try:
        return command.run(invocation)
    except EXPLAINED as error:
        if invocation.options.has(DEBUG.key):
            sys.excepthook(type(error), error, error.__traceback__)
        failure = explain_failure(error)
        return Outcome([], tuple(failure.lines), failure.exit_code)
