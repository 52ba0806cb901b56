"""What a call comes to: an answer, and perhaps another machine."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from ganeti_lite.simulator.noded.machine import SimulatedNode

Call: TypeAlias = Callable[[SimulatedNode, Any], object]
"""Takes the machine and the decoded arguments. What it returns is the payload, or :class:`Done`."""

TimedCall: TypeAlias = Callable[[SimulatedNode, Any, float], object]
"""Likewise, with the seconds since 1970 that the machine's clock shows."""

Calls: TypeAlias = Mapping[str, Call]
"""Calls of one family, by name."""

TimedCalls: TypeAlias = Mapping[str, TimedCall]


class CallError(Exception):
    """A call fails as the daemon means it to; the message is the whole answer."""


@attrs.frozen
class Done:
    """What a call returns that changes the machine or takes its time.

    :ivar machine: as it is afterwards.
    :ivar payload: of a success, any JSON value; of a failure, the message.
    :ivar seconds: that it takes; the change is there at once, the answer only then.
    """

    machine: SimulatedNode
    payload: object = None
    seconds: float = 0.0
    is_success: bool = True


@attrs.frozen
class Result:
    """What is answered.

    :ivar payload: of a success, any JSON value; of a failure, the message.
    """

    is_success: bool
    payload: object

    def to_body(self) -> bytes:
        """As it is sent: ASCII, with blanks and a final newline."""
        return json.dumps([self.is_success, self.payload]).encode("ascii") + b"\n"


@attrs.frozen
class Outcome:
    """What a request comes to.

    :ivar machine: as it is afterwards; the very same where nothing has changed.
    :ivar seconds: until the answer.
    """

    result: Result
    machine: SimulatedNode
    seconds: float = 0.0
