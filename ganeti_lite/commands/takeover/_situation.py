"""Who serves the query socket now, and what is to be done about it. Deciding is pure; only :func:`look` looks.

Both ways converge: whatever an interrupted switch has left, the same command goes on from there.
"""

import enum
from contextlib import suppress

from attrs import frozen

from ganeti_lite.clients.luxi import ClientError, LuxiClient
from ganeti_lite.socket_place import is_answering

from ._daemon import OurDaemon
from ._files import SwitchFiles


class Holder(enum.Enum):
    """Who answers on the query socket."""

    NOBODY = "nobody"
    GANETI = "Ganeti's daemon"
    OURS = "this project's daemon"


@frozen
class Situation:
    """What is found.

    :ivar is_aside: whether a daemon answers on the job daemon's socket.
    :ivar is_running: whether this project's daemon runs.
    """

    holder: Holder
    is_aside: bool
    is_running: bool


class Step(enum.Enum):
    """Something to do, in words for the operator."""

    STOP = "stop this project's daemon, which gives the place back"
    PUT_BACK = "give Ganeti's daemon its place on the query socket back"
    TRIAL = "start this project's daemon on a socket of its own, compare a sample of answers, stop it"
    START = "start this project's daemon in the place of Ganeti's"
    VERIFY = "compare the sample again, through the query socket"


class CannotSwitchError(Exception):
    """What is found is nothing to begin with; the text says why."""


def look(files: SwitchFiles, daemon: OurDaemon) -> Situation:
    """The situation as it is now."""
    pid = daemon.find_pid()
    holder = Holder.NOBODY
    with suppress(ClientError), LuxiClient.connect(files.paths.query_socket) as client:
        holder = Holder.OURS if client.server.pid == pid else Holder.GANETI
    return Situation(holder, is_answering(files.paths.master_socket), pid is not None)


def plan_takeover(situation: Situation) -> list[Step]:
    """What leads to a complete takeover; nothing if it is complete.

    :raises CannotSwitchError: there is no daemon to take anything over from.
    """
    match situation:
        case Situation(Holder.OURS, is_aside=True):
            return []
        case Situation(Holder.GANETI, is_running=False):
            return [Step.TRIAL, Step.START, Step.VERIFY]
        case Situation(Holder.GANETI, is_running=True):
            return [Step.STOP, Step.TRIAL, Step.START, Step.VERIFY]
        case Situation(Holder.OURS, is_aside=False):
            raise CannotSwitchError("Ganeti's job daemon does not run; start it, and this one will find it")
        case Situation(Holder.NOBODY, is_aside=True, is_running=is_running):
            stop = [Step.STOP] if is_running else []
            return [*stop, Step.PUT_BACK, Step.TRIAL, Step.START, Step.VERIFY]
    raise CannotSwitchError("nobody answers on the query socket: start Ganeti's daemons first")


def plan_handback(situation: Situation) -> list[Step]:
    """What leads to the state before any takeover; nothing if it is that."""
    steps = [Step.STOP] if situation.is_running else []
    if situation.holder is not Holder.GANETI and situation.is_aside:
        steps.append(Step.PUT_BACK)
    return steps
