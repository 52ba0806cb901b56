"""Reading a command line as Ganeti's commands do.

The rules:

* options come before the arguments: the first word that is no option, or ``--``, ends them;
* ``--long VALUE``, ``--long=VALUE``, ``-s VALUE``, ``-sVALUE``; short flags may be joined, ``-vF``;
* a long option may be cut as long as it is clear which one is meant; what Ganeti's command does not have is only
  thought of when nothing that it has fits, so that a script's shortened options keep their meaning;
* of a repeated option the last value counts, unless the command wants them all;
* a value is converted where it is read, so that the first mistake of a command line is the one that is told.

The standard library's readers of options know these rules, too, but importing one takes a third of a listing's time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple


class UsageError(Exception):
    """The command line is not of the right form; the message says where."""


class Option(NamedTuple):
    """One option of a command.

    :ivar names: ``--long`` first, then ``-s`` if there is a short one.
    :ivar description: what it does, for the help.
    :ivar metavar: what its value is called; ``None`` for a flag.
    :ivar choices: the only values it takes, unless empty.
    :ivar read: makes the value of a text; raises :class:`UsageError` or what the command is to fail with.
    :ivar is_addition: whether Ganeti's command has no such option.
    """

    names: tuple[str, ...]
    description: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    read: Callable[[str, str], object] | None = None
    is_addition: bool = False

    @property
    def key(self) -> str:
        """What its value is found by: the long name without dashes in front."""
        return self.names[0].lstrip("-")


class Values(NamedTuple):
    """The options that were given.

    :ivar given: all values of each option, by :attr:`Option.key`, in the order in which each was named last; for a
        flag a value is the empty text.
    """

    given: Mapping[str, tuple[Any, ...]]

    @property
    def texts(self) -> Mapping[str, Any]:
        """What counts of each option."""
        return {key: values[-1] for key, values in self.given.items()}

    def has(self, key: str) -> bool:
        """Whether an option was given."""
        return key in self.given

    def text(self, key: str) -> str | None:
        """An option's value that is a text."""
        value = self.value(key)
        return None if value is None else str(value)

    def value(self, key: str, default: Any = None) -> Any:
        """An option's value."""
        return self.given[key][-1] if key in self.given else default

    def every(self, key: str) -> tuple[Any, ...]:
        """All values of an option that may be repeated."""
        return self.given.get(key, ())

    def last_of(self, keys: Iterable[str]) -> str | None:
        """The one of several options that was named last, for those of which only one can hold."""
        wanted = frozenset(keys)
        return next((key for key in reversed(list(self.given)) if key in wanted), None)


HELP: Final = Option(("--help", "-h"), "show this help and exit")


def read_options(options: Iterable[Option], words: Sequence[str]) -> tuple[Values, tuple[str, ...]]:
    """The options among ``words``, and the arguments behind them. Nothing after :data:`HELP` is looked at.

    :raises UsageError: an option that does not exist, that lacks its value or has one it must not have.
    """
    by_name = {name: option for option in options for name in option.names}
    given: dict[str, tuple[Any, ...]] = {}
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-" and HELP.key not in given:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            _read_long(by_name, word, rest, given)
        else:
            _read_short(by_name, word, rest, given)
    return Values(given), tuple(rest)


def _read_long(by_name: Mapping[str, Option], word: str, rest: list[str], given: dict[str, tuple[Any, ...]]) -> None:
    typed, has_value, value = word.partition("=")
    name = _complete(by_name, typed)
    option = by_name[name]
    if option.metavar is None and has_value:
        raise UsageError(f"{name} option does not take a value")
    _add(given, option, _convert(option, name, value) if has_value else _take_value(option, name, rest))


def _read_short(by_name: Mapping[str, Option], word: str, rest: list[str], given: dict[str, tuple[Any, ...]]) -> None:
    joined = word[1:]
    while joined:
        name, joined = f"-{joined[0]}", joined[1:]
        if name not in by_name:
            raise UsageError(f"no such option: {name}")
        option = by_name[name]
        if option.metavar is not None and joined:
            _add(given, option, _convert(option, name, joined))
            return
        _add(given, option, _take_value(option, name, rest))


def _add(given: dict[str, tuple[Any, ...]], option: Option, value: object) -> None:
    given[option.key] = (*given.pop(option.key, ()), value)


def _take_value(option: Option, name: str, rest: list[str]) -> object:
    if option.metavar is None:
        return ""
    if not rest:
        raise UsageError(f"{name} option requires 1 argument")
    return _convert(option, name, rest.pop(0))


def _convert(option: Option, name: str, text: str) -> object:
    if option.choices and text not in option.choices:
        choices = ", ".join(map(repr, option.choices))
        raise UsageError(f"option {name}: invalid choice: {text!r} (choose from {choices})")
    return text if option.read is None else option.read(name, text)


def _complete(by_name: Mapping[str, Option], typed: str) -> str:
    if typed in by_name:
        return typed
    fitting = sorted(name for name in by_name if name.startswith(typed))
    candidates = [name for name in fitting if not by_name[name].is_addition] or fitting
    if not candidates:
        raise UsageError(f"no such option: {typed}")
    if len(candidates) > 1:
        raise UsageError(f"ambiguous option: {typed} ({', '.join(candidates)}?)")
    return candidates[0]
