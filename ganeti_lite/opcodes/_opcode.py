"""What an opcode is: a name, its parameters, and which of them its summary shows."""

import enum
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from ._types import BOOLEAN, MAPPING, Type

REDACTED: Final = "<redacted>"


class OpcodeError(ValueError):
    """A JSON value is no opcode; the message says why.

    :ivar parameter: whose value is wrong, and ``expected`` what it should be; empty if it is not about a value.
    """

    def __init__(self, message: str, parameter: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.expected = expected


class Absent(enum.Enum):
    """What becomes of a parameter that is not given, if there is no value to take instead."""

    REFUSED = "it must be given"
    OMITTED = "there is none"


@frozen
class Parameter:
    """A parameter of an opcode.

    :ivar default: its value if it is missing or null, or what is to become of it then.
    :ivar is_secret: its values are not for the eyes of others.
    """

    name: str
    type: Type
    default: object
    is_secret: bool = False

    def conceal(self, value: object) -> object:
        """A decoded value as others may see it."""
        return dict.fromkeys(value, REDACTED) if self.is_secret and isinstance(value, dict) else value


@frozen
class Opcode:
    """An order that a job can hold.

    :ivar name: its ``OP_ID``.
    :ivar parameters: its own ones; those that all opcodes have are not among them.
    :ivar shown: the parameter in its summary.
    :ivar show: that parameter's value as a text.
    """

    name: str
    parameters: tuple[Parameter, ...]
    shown: str | None
    show: Callable[[Any], str]


def opcode(name: str, *parameters: Parameter, shown: str | None = None, show: Callable[[Any], str] = str) -> Opcode:
    """An opcode, declared."""
    return Opcode(name, parameters, shown, show)


def required(name: str, values: Type) -> Parameter:
    """A parameter that must be given."""
    return Parameter(name, values, Absent.REFUSED)


def optional(name: str, values: Type) -> Parameter:
    """A parameter that is left out unless it is given."""
    return Parameter(name, values, Absent.OMITTED)


def defaulted(name: str, values: Type, default: object) -> Parameter:
    """A parameter that has *default* unless it is given."""
    return Parameter(name, values, default)


def flag(name: str, *, default: bool = False) -> Parameter:
    """A parameter that is true or false."""
    return Parameter(name, BOOLEAN, default)


def secret(name: str) -> Parameter:
    """Optional values by name that are shown to nobody."""
    return Parameter(name, MAPPING, Absent.OMITTED, is_secret=True)
