"""Where a command speaks while it runs: standard output, standard error, and the terminal that can be asked.

What a command says at its end is its :class:`~ganeti_lite.commands.definitions.Outcome`; this is for what comes before:
the log of a job, questions, and a line that shows that something is going on.
"""

import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple, Protocol, TextIO

_TERMINAL: Final = "/dev/tty"
_ERASE_LINE: Final = "\r\033[K"
_SOMEWHERE_NARROW: Final = 80


class Choice(NamedTuple):
    """One answer to a question.

    :ivar key: the letter to type.
    """

    key: str
    description: str


YES_OR_NO: Final = (Choice("y", "go on"), Choice("n", "do nothing"))


class Console(Protocol):
    """Whoever reads what a command says."""

    def say(self, line: str) -> None:
        """Print a line to standard output, now."""

    def complain(self, line: str) -> None:
        """Print a line to standard error, now."""

    def ask(self, question: str, choices: Sequence[Choice] = YES_OR_NO) -> str:
        """The key of the answer; that of the last choice where nobody can be asked."""

    def show_progress(self, text: str) -> None:
        """Let a line on the terminal say how far things are; it goes with the next one that is printed."""

    @property
    def has_progress(self) -> bool:
        """Whether there is a terminal for :meth:`show_progress`."""

    @property
    def has_colors(self) -> bool:
        """Whether standard output is a terminal whose user wants colours."""


class StandardConsole:
    """The console of a process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._is_line_open = False
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")

    def say(self, line: str) -> None:
        self._print(sys.stdout, [line])

    def complain(self, line: str) -> None:
        self._print(sys.stderr, [line])

    def finish(self, lines: Sequence[str], complaints: Sequence[str]) -> None:
        """Print what there is to say at the end."""
        self._print(sys.stdout, lines)
        self._print(sys.stderr, complaints)

    def ask(self, question: str, choices: Sequence[Choice] = YES_OR_NO) -> str:
        self._clear_progress()
        with suppress(OSError), open(_TERMINAL, "r+b", buffering=0) as terminal:
            return _ask(terminal, question, choices)
        return choices[-1].key

    def show_progress(self, text: str) -> None:
        if self.has_progress:
            sys.stderr.write(_ERASE_LINE + text[: _find_width() - 1])
            sys.stderr.flush()
            self._is_line_open = True

    @property
    def has_progress(self) -> bool:
        return sys.stderr.isatty() and self._environ.get("TERM") != "dumb"

    @property
    def has_colors(self) -> bool:
        return sys.stdout.isatty() and self._environ.get("TERM") != "dumb" and not self._environ.get("NO_COLOR")

    def _print(self, stream: TextIO, lines: Sequence[str]) -> None:
        self._clear_progress()
        stream.writelines(f"{line}\n" for line in lines)  # not at once: an unbuffered stream would cut what is too long
        stream.flush()

    def _clear_progress(self) -> None:
        if self._is_line_open:
            self._is_line_open = False
            sys.stderr.write(_ERASE_LINE)
            sys.stderr.flush()


def _find_width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _SOMEWHERE_NARROW
    except (OSError, ValueError):
        return _SOMEWHERE_NARROW


def _ask(terminal: io.RawIOBase, question: str, choices: Sequence[Choice]) -> str:
    """Ask until there is an answer; ``?`` explains the choices. The form is that of Ganeti's commands."""
    keys = [choice.key for choice in choices]
    prompt = "/".join([*keys[:-1], f"[{keys[-1]}]", "?"])
    while True:
        terminal.write(f"{question}\n{prompt}: ".encode())
        answer = terminal.readline().decode(errors="replace").strip().lower()
        if answer in keys:
            return answer
        if answer == "?":
            terminal.writelines(f" {choice.key} - {choice.description}\n".encode() for choice in choices)
        else:
            return keys[-1]
