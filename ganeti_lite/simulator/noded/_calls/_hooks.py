"""Hooks: what the node's scripts would do, and a record of what was to run.

Source: reference of Ganeti's node RPC, 3.9.
"""

from collections.abc import Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.hooks import HookRun
from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._outcome import CallError, Calls, Done

_PHASES: Final = ("pre", "post")
_KEPT_RUNS: Final = 1000


def _run_hooks(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """For each script ``[name, status, output]``, in their order."""
    path, phase, environment = arguments
    if phase not in _PHASES:
        raise CallError(f"Unknown hooks phase '{phase}'")
    scripts = sorted(
        (each for each in machine.hooks if (each.path, each.phase) == (path, phase)), key=lambda each: each.name
    )
    runs = (*machine.hook_runs, HookRun(path, phase, dict(environment)))[-_KEPT_RUNS:]
    results = [[f"{path}-{phase}.d/{each.name}", int(each.status), each.output] for each in scripts]
    return Done(attrs.evolve(machine, hook_runs=runs), results)


HOOK_CALLS: Final[Calls] = {"hooks_runner": _run_hooks}
