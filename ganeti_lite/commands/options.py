"""Reading a command line as Ganeti's commands do.

The rules:

* options come before the arguments: the first word that is no option, or ``--``, ends them;
* ``--long VALUE``, ``--long=VALUE``, ``-s VALUE``, ``-sVALUE``; short flags may be joined, ``-vF``;
* a long option may be cut as long as it is clear which one is meant;
* of a repeated option the last value counts.

The standard library's readers of options know these rules, too, but importing one takes a third of a listing's time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple


class UsageError(Exception):
    """The command line is not of the right form; the message says where."""


class Option(NamedTuple):
    """One option of a command.

    :ivar names: ``--long`` first, then ``-s`` if there is a short one.
    :ivar description: what it does, for the help.
    :ivar metavar: what its value is called; ``None`` for a flag.
    :ivar choices: the only values it takes, unless empty.
    """

    names: tuple[str, ...]
    description: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What its value is found by: the long name without dashes in front."""
        return self.names[0].lstrip("-")


class Values(NamedTuple):
    """The options that were given.

    :ivar texts: by :attr:`Option.key`; for a flag the text is empty.
    """

    texts: Mapping[str, str]

    def has(self, key: str) -> bool:
        """Whether an option was given."""
        return key in self.texts

    def text(self, key: str) -> str | None:
        """An option's value."""
        return self.texts.get(key)


HELP: Final = Option(("--help", "-h"), "show this help and exit")


def read_options(options: Iterable[Option], words: Sequence[str]) -> tuple[Values, tuple[str, ...]]:
    """The options among ``words``, and the arguments behind them. Nothing after :data:`HELP` is looked at.

    :raises UsageError: an option that does not exist, that lacks its value or has one it must not have.
    """
    by_name = {name: option for option in options for name in option.names}
    texts: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-" and HELP.key not in texts:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            _read_long(by_name, word, rest, texts)
        else:
            _read_short(by_name, word, rest, texts)
    return Values(texts), tuple(rest)


def _read_long(by_name: Mapping[str, Option], word: str, rest: list[str], texts: dict[str, str]) -> None:
    typed, has_value, value = word.partition("=")
    name = _complete(by_name, typed)
    option = by_name[name]
    if option.metavar is None and has_value:
        raise UsageError(f"{name} option does not take a value")
    texts[option.key] = _check(option, name, value) if has_value else _take_value(option, name, rest)


def _read_short(by_name: Mapping[str, Option], word: str, rest: list[str], texts: dict[str, str]) -> None:
    joined = word[1:]
    while joined:
        name, joined = f"-{joined[0]}", joined[1:]
        if name not in by_name:
            raise UsageError(f"no such option: {name}")
        option = by_name[name]
        if option.metavar is not None and joined:
            texts[option.key] = _check(option, name, joined)
            return
        texts[option.key] = _take_value(option, name, rest)


def _take_value(option: Option, name: str, rest: list[str]) -> str:
    if option.metavar is None:
        return ""
    if not rest:
        raise UsageError(f"{name} option requires 1 argument")
    return _check(option, name, rest.pop(0))


def _check(option: Option, name: str, value: str) -> str:
    if option.choices and value not in option.choices:
        choices = ", ".join(map(repr, option.choices))
        raise UsageError(f"option {name}: invalid choice: {value!r} (choose from {choices})")
    return value


def _complete(by_name: Mapping[str, Option], typed: str) -> str:
    if typed in by_name:
        return typed
    candidates = sorted(name for name in by_name if name.startswith(typed))
    if not candidates:
        raise UsageError(f"no such option: {typed}")
    if len(candidates) > 1:
        raise UsageError(f"ambiguous option: {typed} ({', '.join(candidates)}?)")
    return candidates[0]
