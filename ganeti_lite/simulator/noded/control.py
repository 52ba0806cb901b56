"""The control of node daemons that run in another process. Blocking, and without Twisted."""

import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import attrs
import orjson

from .devices import BlockDevice
from .faults import FaultOrder
from .file_tree import StoredFile
from .hooks import HookRun, HookScript
from .machine import Guest
from .tally import Traffic

_LIMIT: Final = 30.0
"""Seconds for an answer."""


class ControlError(Exception):
    """A command was not carried out; the message says why."""


class NodeControl:
    """A connection to running node daemons; a context manager that closes it.

    :param path: their control socket.
    :raises OSError: nobody listens there.
    """

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_LIMIT)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection; the daemons go on."""
        self._answers.close()
        self._socket.close()

    def order(self, orders: Iterable[FaultOrder]) -> None:
        """Puts these orders in place of all earlier ones; in force when it returns.

        :raises ControlError: one names an unknown node or call; then nothing has changed.
        """
        self._do("order", orders=[order.to_text() for order in orders])

    @property
    def traffic(self) -> Traffic:
        """What has reached the daemons since they started or were told to forget it."""
        return Traffic(**self._do("traffic"))

    def forget_traffic(self) -> None:
        """Starts the count over."""
        self._do("forget_traffic")

    @property
    def port(self) -> int:
        """The TCP port of all node daemons."""
        return int(self._do("port"))

    @property
    def guests(self) -> Mapping[str, tuple[Guest, ...]]:
        """What the hypervisors know at present, by node."""
        found = self._do("guests")
        return {node: tuple(Guest(**guest) for guest in guests) for node, guests in found.items()}

    def files(self, node: str, below: str = "/") -> Mapping[str, StoredFile]:
        """The files that Ganeti keeps on a node, by their paths without the root of a virtual cluster's node.

        :param below: only those in this directory and further down.
        :raises ControlError: there is no such node.
        """
        found = self._do("files", node=node, below=below)
        return {path: StoredFile(**file) for path, file in found.items()}

    def devices(self, node: str) -> Mapping[str, BlockDevice]:
        """The disks on a node, by path; raises as :meth:`start` does."""
        return {path: BlockDevice(**device) for path, device in self._do("devices", node=node).items()}

    def directories(self, node: str) -> frozenset[str]:
        """The directories for disks that are files; raises as :meth:`start` does."""
        return frozenset(self._do("directories", node=node))

    def installations(self, node: str) -> Mapping[str, str]:
        """By instance, the OS that was last installed on it on this node; raises as :meth:`start` does."""
        return dict(self._do("installations", node=node))

    def hook_runs(self, node: str) -> Sequence[HookRun]:
        """The latest calls to run hooks on a node, the first one first; raises as :meth:`start` does."""
        return [HookRun(**run) for run in self._do("hook_runs", node=node)]

    def set_hooks(self, node: str, scripts: Iterable[HookScript]) -> None:
        """Gives a node these hook scripts in place of those it had; raises as :meth:`start` does."""
        self._do("set_hooks", node=node, scripts=[attrs.asdict(script) for script in scripts])

    def set_bridges(self, node: str, bridges: Iterable[str]) -> None:
        """Gives a node these bridges in place of those it had; raises as :meth:`start` does."""
        self._do("set_bridges", node=node, bridges=list(bridges))

    def start(self, node: str, guest: Guest) -> None:
        """Has a guest run on a node, whatever the configuration says.

        :raises ControlError: there is no such node.
        """
        self._do("start", node=node, guest=attrs.asdict(guest))

    def stop(self, node: str, name: str) -> None:
        """Has a guest disappear from a node; raises as :meth:`start` does."""
        self._do("stop", node=node, name=name)

    def shut_down(self, node: str, name: str) -> None:
        """Has a guest's user shut it down from inside; raises as :meth:`start` does."""
        self._do("shut_down", node=node, name=name)

    def reboot(self, node: str, boot_id: str) -> None:
        """Has a node boot, after which nothing runs on it; raises as :meth:`start` does."""
        self._do("reboot", node=node, boot_id=boot_id)

    def send_line(self, line: bytes) -> bytes:
        """Sends one command as it is; returns the line that answers it.

        :raises ControlError: the daemons have ended.
        """
        self._socket.sendall(line + b"\n")
        answer = self._answers.readline()
        if not answer.endswith(b"\n"):
            raise ControlError("The node daemons have ended.")
        return answer

    def _do(self, command: str, **arguments: object) -> Any:
        answer = orjson.loads(self.send_line(orjson.dumps({"do": command, **arguments})))
        if "error" in answer:
            raise ControlError(answer["error"])
        return answer["result"]
