"""The frame around every opcode: locks, checks, hooks, execution, in the order that all of them have.

Pure, like the units that it frames: a generator of effects. Source of the order: what Ganeti 3.0's jobs do.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from attrs import evolve, frozen

from ganeti_lite.constants import LogType
from ganeti_lite.snapshot import ClusterSnapshot

from .hooks import Phase, encode_environment, judge_hooks
from .locks import BIG_LOCK, LockLevel, LockWish
from .units import CallNodes, Effect, Effects, HookPlan, LogicalUnit, Order, Tell, info

T = TypeVar("T")

_LEVELS: Final = tuple(level for level in LockLevel if level is not LockLevel.CLUSTER)

HOOKS_TIMEOUT: Final = 3600.0
"""Seconds that the hooks of a node may take; scripts may do anything."""


@frozen
class Acquire:
    """Locks that must be held before anything else is done. Outcome: a :class:`Held`."""

    level: LockLevel
    wish: LockWish


@frozen
class Held:
    """Locks have been granted.

    :ivar names: the locks of the level that are held now; None for all.
    :ivar snapshot: the configuration, now that they are.
    """

    names: frozenset[str] | None
    snapshot: ClusterSnapshot


@frozen
class Begin:
    """All locks are held: the opcode is running. Outcome: the newest :class:`ClusterSnapshot`.

    :ivar order: with the parameters as they are now, which is what the job's file shows from here on.
    """

    order: Order


@frozen
class Look:
    """Nothing but the question for the newest :class:`ClusterSnapshot`, which is the outcome."""


FrameEffect: TypeAlias = Effect | Acquire | Begin | Look


def carry_out(unit: LogicalUnit[Any], order: Order) -> Effects[object]:
    """All of an opcode's work; the result is the opcode's.

    :raises GanetiError: it failed.
    """
    held: Held = yield Acquire(LockLevel.CLUSTER, LockWish(frozenset({BIG_LOCK}), unit.big_lock))
    order = unit.expand(order, held.snapshot)
    for level in _LEVELS:
        wish = unit.lock(order, level, held.snapshot)
        if wish is not None:
            held = yield Acquire(level, wish)
            order = evolve(order, held={**order.held, level: held.names})
    snapshot: ClusterSnapshot = yield Begin(order)
    plan = yield from unit.check(order, snapshot)
    hooks = unit.hooks(order, plan, snapshot)
    if hooks is not None:
        yield from _run_hooks(order, hooks, Phase.PRE, snapshot, hooks.env)
    if order["dry_run"]:
        yield info("dry-run mode requested, not actually executing the operation")
        return unit.dry_run_result(order, plan)
    result = yield from unit.execute(order, plan)
    if hooks is not None:
        snapshot = yield Look()
        after = unit.hooks(order, plan, snapshot) or hooks
        yield from _run_hooks(order, evolve(after, env=hooks.env), Phase.POST, snapshot, after.env)
    return result


def _run_hooks(
    order: Order, plan: HookPlan, phase: Phase, snapshot: ClusterSnapshot, env_now: Mapping[str, str]
) -> Effects[None]:
    """Run an opcode's hooks of one phase on its nodes; what goes wrong before execution ends it."""
    nodes = plan.pre_nodes if phase is Phase.PRE else plan.post_nodes
    present = tuple(uuid for uuid in dict.fromkeys(nodes) if uuid in snapshot.nodes)
    if not present:
        return
    environment = encode_environment(order.op_id, plan, phase, snapshot, env_now)
    arguments: list[Any] = [plan.path, str(phase), environment]
    results = yield CallNodes("hooks_runner", dict.fromkeys(present, arguments), HOOKS_TIMEOUT)
    yield from tell_all(judge_hooks(phase, results, snapshot))


def tell_all(lines: Iterable[str]) -> Effects[None]:
    """Log lines of text."""
    for line in lines:
        yield Tell(line, LogType.MESSAGE)
