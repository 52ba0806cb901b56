"""The calls that a simulated node daemon knows: what each answers, as a function of the machine and the arguments.

Names, arguments and results are those of the node daemon of Ganeti 3.0.2. Arguments that do not fit fail as there: the
exception's text is the answer. Pure: what a call does is in the machine that comes back. One module a family.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._allocators import ALLOCATOR_CALLS
from ._certificates import CERTIFICATE_CALLS
from ._devices import DEVICE_CALLS
from ._directories import DIRECTORY_CALLS
from ._files import FILE_CALLS
from ._hooks import HOOK_CALLS
from ._instances import INSTANCE_CALLS
from ._migrations import MIGRATION_CALLS
from ._outcome import Call, CallError, Calls, Done, Outcome, Result, TimedCall, TimedCalls
from ._queries import QUERY_CALLS
from ._queue import QUEUE_CALLS
from ._roles import ROLE_CALLS
from ._systems import SYSTEM_CALLS
from ._verification import VERIFICATION_CALLS
from ._watcher import WATCHER_CALLS

__all__ = ["CALLS", "Outcome", "Result", "answer_call"]

_UNEXPECTED: Final = "Error while executing backend function: "

_FAMILIES: Final[tuple[Calls, ...]] = (
    QUERY_CALLS,
    QUEUE_CALLS,
    FILE_CALLS,
    ROLE_CALLS,
    HOOK_CALLS,
    SYSTEM_CALLS,
    INSTANCE_CALLS,
    MIGRATION_CALLS,
    DEVICE_CALLS,
    DIRECTORY_CALLS,
    ALLOCATOR_CALLS,
    CERTIFICATE_CALLS,
)
_TIMED_FAMILIES: Final[tuple[TimedCalls, ...]] = (WATCHER_CALLS, VERIFICATION_CALLS)


def _at_any_time(call: Call) -> TimedCall:
    return lambda machine, arguments, _now: call(machine, arguments)


CALLS: Final[Mapping[str, TimedCall]] = {
    **{name: _at_any_time(call) for family in _FAMILIES for name, call in family.items()},
    **{name: call for family in _TIMED_FAMILIES for name, call in family.items()},
}
"""By name."""


def answer_call(machine: SimulatedNode, call: str, body: bytes, now: float) -> Outcome:
    """What a node answers, and what has become of it.

    :param call: a key of :data:`CALLS`.
    :param body: of the request: the arguments as JSON.
    :param now: seconds since 1970.
    """
    try:
        return _to_outcome(machine, CALLS[call](machine, json.loads(body), now))
    except CallError as error:
        return Outcome(Result(False, str(error)), machine)
    except Exception as error:  # the real daemon, too, makes an answer of whatever goes wrong in a call
        return Outcome(Result(False, f"{_UNEXPECTED}{error}"), machine)


def _to_outcome(machine: SimulatedNode, returned: Any) -> Outcome:
    if isinstance(returned, Done):
        return Outcome(Result(returned.is_success, returned.payload), returned.machine, returned.seconds)
    return Outcome(Result(True, returned), machine)
