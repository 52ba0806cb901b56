"""A machine that is asked one call after another, without a connection: each finds it as the one before left it."""

import json
from typing import Any, Final

from ganeti_lite.simulator.noded import SimulatedNode
from ganeti_lite.simulator.noded._calls import answer_call

UNEXPECTED: Final = "Error while executing backend function: "
NOW: Final = 1_795_375_800.0
"""What its clock shows."""


class Asked:
    """A machine.

    :ivar machine: as it is now.
    :ivar seconds: that the latest call took.
    """

    def __init__(self, machine: SimulatedNode) -> None:
        self.machine = machine
        self.seconds = 0.0

    def ask(self, call: str, *arguments: object) -> Any:
        """``[success, payload]`` as a client reads it."""
        outcome = answer_call(self.machine, call, json.dumps(arguments).encode(), NOW)
        self.machine, self.seconds = outcome.machine, outcome.seconds
        return json.loads(outcome.result.to_body())

    def text(self, path: str) -> str | None:
        """The content of one of its files; None if there is no such file."""
        file = self.machine.files.files.get(path)
        return file.content if file else None
