"""Runs a program that consists of commands; the one place that prints.

A program ends with what its command says, with 1 after a failure, and with 2 after wrong usage. If the reader of its
output goes away, it ends without a word.
"""

import io
import os
import shlex
import sys
import time
from collections.abc import Mapping, Sequence

from ganeti_lite.constants import SOFTWARE_VERSION, ExitCode

from .definitions import DEBUG, Command, Invocation, Outcome, Program
from .failures import EXPLAINED, explain_failure
from .options import HELP, UsageError, read_options
from .usage import describe_command, describe_program, summarize_usage


def run_program(program: Program, words: Sequence[str] | None = None) -> int:
    """Run a program with the process's surroundings.

    :param words: the command line without the program's name; the process's own by default.
    :return: the exit code.
    """
    try:
        outcome = run(program, sys.argv[1:] if words is None else words, os.environ)
        _print(outcome)
    except KeyboardInterrupt:
        print("Aborted.", file=sys.stderr)
        return ExitCode.FAILURE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # or the interpreter complains when it flushes at its end
        return ExitCode.FAILURE
    return outcome.exit_code


def run(program: Program, words: Sequence[str], environ: Mapping[str, str]) -> Outcome:
    """How a program ends when it is called with ``words``."""
    match words:
        case ["--help" | "-h", *_]:
            return Outcome(describe_program(program))
        case ["--version", *_]:
            return Outcome([f"{program.name} (Ganeti Lite) {SOFTWARE_VERSION}"])
        case [name, *rest]:
            command = program.find(name)
            return _explain_missing(program, name) if command is None else _run_command(program, command, rest, environ)
        case _:
            return Outcome([], tuple(describe_program(program)), ExitCode.FAILURE)


def _explain_missing(program: Program, name: str) -> Outcome:
    if name in program.missing:
        complaint = f"{program.name} {name} is not part of Ganeti Lite; Ganeti's own {program.name} has it."
        return Outcome([], (complaint,), ExitCode.FAILURE)
    complaint = f"{program.name} has no command '{name}'."
    return Outcome([], (complaint, "", *describe_program(program)), ExitCode.FAILURE)


def _run_command(program: Program, command: Command, words: Sequence[str], environ: Mapping[str, str]) -> Outcome:
    start = time.monotonic()
    try:
        options, arguments = read_options(command.options, [*_read_defaults(command, environ), *words])
    except UsageError as error:
        complaints = (*summarize_usage(program, command), f"{program.name}: error: {error}")
        return Outcome([], complaints, ExitCode.USAGE)
    if options.has(HELP.key):
        return Outcome(describe_command(program, command))
    if arguments and not command.synopsis:
        return Outcome([], (f"Error: Command {command.name} expects no arguments",), ExitCode.FAILURE)
    outcome = _run_explaining(command, Invocation(options, arguments, environ))
    if options.has(DEBUG.key):
        took = f"{program.name} {command.name}: {(time.monotonic() - start) * 1000:.1f} ms"
        return outcome._replace(complaints=(*outcome.complaints, took))
    return outcome


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


def _print(outcome: Outcome) -> None:
    for stream, lines in ((sys.stdout, outcome.lines), (sys.stderr, outcome.complaints)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        stream.writelines(f"{line}\n" for line in lines)  # not at once: an unbuffered stream would cut what is too long
        stream.flush()
