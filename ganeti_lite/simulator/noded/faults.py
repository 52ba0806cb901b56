"""Faults to order: what a node daemon does wrong, for all calls or one, at one node or all.

Written as text, an order is ``NODE[/CALL]=FAULT[:VALUE]``, with ``*`` for every node::

    node3.example.com=refuse
    */node_info=slow:2.5
    node2.example.com/all_instances_info=error:out of order

All orders that fit a call apply, in the order given. What a call does it does at once, even if its answer is late or
never comes; only one that is ordered to fail does nothing.
"""

import enum
from collections.abc import Iterable, Mapping
from typing import Final, Self

import attrs

ALL: Final = "*"


class Fault(enum.StrEnum):
    """What goes wrong; a value in brackets is what the text gives after a colon."""

    REFUSE = "refuse"
    """Nothing listens at the port."""
    UNREACHABLE = "unreachable"
    """Connecting takes for ever, as to a machine that is off."""
    SILENT = "silent"
    """A connection is accepted, and that is all: not even TLS begins."""
    WRONG_CERTIFICATE = "wrong-certificate"
    """The daemon shows a certificate of another authority."""

    HANG = "hang"
    """The request is read and never answered."""
    RESET = "reset"
    """The connection is reset in place of an answer."""
    SLOW = "slow"
    """The answer comes late [seconds]."""
    DRIP = "drip"
    """The answer comes in many small pieces, the last one late [seconds]."""
    HALF = "half"
    """The connection ends in the middle of the answer."""
    GARBAGE = "garbage"
    """The answer is not HTTP."""
    NOT_JSON = "not-json"
    """The answer's body is not JSON."""
    STATUS = "status"
    """The answer is right, but not its HTTP status [code]."""

    ERROR = "error"
    """The call fails [message], and nothing has happened."""
    WRONG_TYPES = "wrong-types"
    """Every value in the result is of another type than it should be."""
    MALFORMED_INSTANCE = "malformed-instance"
    """One instance in the result lacks what it should have."""


CONNECTION_FAULTS: Final = frozenset({Fault.REFUSE, Fault.UNREACHABLE, Fault.SILENT, Fault.WRONG_CERTIFICATE})
"""They come before any call is known, so they are a node's, not a call's."""

_WITH_SECONDS: Final = frozenset({Fault.SLOW, Fault.DRIP})
_WITH_TEXT: Final = frozenset({Fault.ERROR})
_WITH_CODE: Final = frozenset({Fault.STATUS})


class FaultOrderError(ValueError):
    """An order that makes no sense; the message says why."""


@attrs.frozen
class FaultOrder:
    """One order.

    :ivar value: seconds, message or HTTP status code, as text; empty for faults without.
    :ivar node: full name of the node; :data:`ALL` for every one.
    :ivar call: name of the call; :data:`ALL` for every one.
    :raises FaultOrderError: value or call do not fit the fault.
    """

    fault: Fault
    value: str = ""
    node: str = ALL
    call: str = ALL

    def __attrs_post_init__(self) -> None:
        if self.fault in CONNECTION_FAULTS and self.call != ALL:
            raise FaultOrderError(f"{self.fault} is a node's fault and cannot be one call's.")
        if not _has_fitting_value(self.fault, self.value):
            raise FaultOrderError(f"{self.value!r} is no value for {self.fault}.")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The order that is written so.

        :raises FaultOrderError: it is not of the form above.
        """
        place, equals, what = text.partition("=")
        if not equals or not place:
            raise FaultOrderError(f"{text!r} is not of the form NODE[/CALL]=FAULT[:VALUE].")
        node, _, call = place.partition("/")
        name, _, value = what.partition(":")
        try:
            fault = Fault(name)
        except ValueError as error:
            raise FaultOrderError(f"{name!r} is none of {', '.join(Fault)}.") from error
        return cls(fault, value, node, call or ALL)

    def to_text(self) -> str:
        """How :meth:`from_text` reads it."""
        place = self.node if self.call == ALL else f"{self.node}/{self.call}"
        return f"{place}={self.fault}:{self.value}" if self.value else f"{place}={self.fault}"

    @property
    def seconds(self) -> float:
        """The value of a fault that takes time."""
        return float(self.value)

    def fits(self, node: str, call: str = ALL) -> bool:
        """Whether the order is for this node and this call."""
        return self.node in (ALL, node) and self.call in (ALL, call)


def _has_fitting_value(fault: Fault, value: str) -> bool:
    if fault in _WITH_SECONDS:
        return _is_duration(value)
    if fault in _WITH_CODE:
        return len(value) == 3 and value.isascii() and value.isdigit()
    return fault in _WITH_TEXT or not value


def _is_duration(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False


def connection_faults(orders: Iterable[FaultOrder], node: str) -> frozenset[Fault]:
    """The faults of a node that come before any call."""
    return frozenset(each.fault for each in orders if each.fault in CONNECTION_FAULTS and each.fits(node))


def call_faults(orders: Iterable[FaultOrder], node: str, call: str) -> tuple[FaultOrder, ...]:
    """The orders for one call to a node, as given."""
    return tuple(each for each in orders if each.fault not in CONNECTION_FAULTS and each.fits(node, call))


def describe_faults() -> Mapping[str, str]:
    """By name, whether a value belongs to each fault, and which: ``seconds``, ``message``, ``code`` or nothing."""
    kinds = {**dict.fromkeys(_WITH_SECONDS, "seconds"), **dict.fromkeys(_WITH_TEXT, "message")}
    kinds |= dict.fromkeys(_WITH_CODE, "code")
    return {fault.value: kinds.get(fault, "") for fault in Fault}
