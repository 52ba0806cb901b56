"""The control of running node daemons from other processes: a Unix socket that takes commands, one a line.

A command is a JSON object: ``do`` is its name, the other keys are its arguments. The line that comes back has either
``result`` or, if the command was not carried out, ``error``. A client sends the next command after the answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import attrs
import orjson
from twisted.internet.defer import Deferred
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import ServerFactory
from twisted.protocols.basic import LineReceiver

from .daemons import NodeDaemons
from .faults import FaultOrder
from .hooks import HookScript
from .machine import Guest

_LINE_LIMIT: Final = 1 << 20
"""Bytes of a command: enough for an order for every call to every node."""

_Arguments = Mapping[str, Any]


class ControlConnection(LineReceiver):
    """One client."""

    delimiter = b"\n"
    MAX_LENGTH = _LINE_LIMIT

    def __init__(self, daemons: NodeDaemons) -> None:
        self._daemons = daemons

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 -- Twisted's
        Deferred.fromCoroutine(carry_out(self._daemons, line)).addCallback(self.sendLine)


class ControlFactory(ServerFactory):
    """Lets clients control those daemons."""

    noisy = False

    def __init__(self, daemons: NodeDaemons) -> None:
        self._daemons = daemons

    def buildProtocol(self, _addr: IAddress | None) -> ControlConnection:
        return ControlConnection(self._daemons)


async def carry_out(daemons: NodeDaemons, line: bytes) -> bytes:
    """Does what a line says; returns the line that answers it."""
    try:
        arguments = orjson.loads(line)
        result = await _COMMANDS[arguments.pop("do")](daemons, arguments)
    except (CannotListenError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        return orjson.dumps({"error": f"{type(error).__name__}: {error}"})
    return orjson.dumps({"result": result})


async def _order(daemons: NodeDaemons, arguments: _Arguments) -> None:
    await daemons.order([FaultOrder.from_text(text) for text in arguments["orders"]])


async def _traffic(daemons: NodeDaemons, _arguments: _Arguments) -> object:
    return attrs.asdict(daemons.traffic)


async def _forget_traffic(daemons: NodeDaemons, _arguments: _Arguments) -> None:
    daemons.forget_traffic()


async def _port(daemons: NodeDaemons, _arguments: _Arguments) -> int:
    return daemons.port


async def _guests(daemons: NodeDaemons, _arguments: _Arguments) -> object:
    return {name: [attrs.asdict(guest) for guest in machine.guests] for name, machine in daemons.machines.items()}


async def _files(daemons: NodeDaemons, arguments: _Arguments) -> object:
    found = daemons.machine(arguments["node"]).files.below(arguments["below"])
    return {path: attrs.asdict(file) for path, file in found.items()}


async def _devices(daemons: NodeDaemons, arguments: _Arguments) -> object:
    found = daemons.machine(arguments["node"]).devices
    return {path: attrs.asdict(device) for path, device in found.items()}


async def _directories(daemons: NodeDaemons, arguments: _Arguments) -> object:
    return sorted(daemons.machine(arguments["node"]).directories)


async def _installations(daemons: NodeDaemons, arguments: _Arguments) -> object:
    return dict(daemons.machine(arguments["node"]).installations)


async def _hook_runs(daemons: NodeDaemons, arguments: _Arguments) -> object:
    return [attrs.asdict(run) for run in daemons.machine(arguments["node"]).hook_runs]


async def _set_hooks(daemons: NodeDaemons, arguments: _Arguments) -> None:
    scripts = tuple(HookScript(**script) for script in arguments["scripts"])
    daemons.change(arguments["node"], lambda machine: attrs.evolve(machine, hooks=scripts))


async def _set_bridges(daemons: NodeDaemons, arguments: _Arguments) -> None:
    bridges = frozenset(arguments["bridges"])
    daemons.change(arguments["node"], lambda machine: attrs.evolve(machine, bridges=bridges))


async def _start(daemons: NodeDaemons, arguments: _Arguments) -> None:
    guest = Guest(**arguments["guest"])
    daemons.change(arguments["node"], lambda machine: machine.start(guest))


async def _stop(daemons: NodeDaemons, arguments: _Arguments) -> None:
    name = arguments["name"]
    daemons.change(arguments["node"], lambda machine: machine.stop(name))


async def _shut_down(daemons: NodeDaemons, arguments: _Arguments) -> None:
    name = arguments["name"]
    daemons.change(arguments["node"], lambda machine: machine.shut_down(name))


async def _reboot(daemons: NodeDaemons, arguments: _Arguments) -> None:
    boot_id = arguments["boot_id"]
    daemons.change(arguments["node"], lambda machine: machine.reboot(boot_id))


_COMMANDS: Final[Mapping[str, Callable[[NodeDaemons, _Arguments], Awaitable[object]]]] = {
    "order": _order,
    "traffic": _traffic,
    "forget_traffic": _forget_traffic,
    "port": _port,
    "guests": _guests,
    "files": _files,
    "devices": _devices,
    "directories": _directories,
    "installations": _installations,
    "hook_runs": _hook_runs,
    "set_hooks": _set_hooks,
    "set_bridges": _set_bridges,
    "start": _start,
    "stop": _stop,
    "shut_down": _shut_down,
    "reboot": _reboot,
}
