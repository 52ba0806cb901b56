"""The frame around every opcode: locks, checks, hooks, execution, in the order that all of them have.

Pure, like the units that it frames: a generator of effects. Source of the order: what Ganeti 3.0's jobs do.
"""

from collections.abc import Generator
from typing import Any, Final, TypeAlias, TypeVar

from attrs import evolve, frozen

from ganeti_lite.snapshot import ClusterSnapshot

from .hooks import (
    HookScene,
    HookVerdict,
    call_config_update_hooks,
    call_post_hooks,
    call_pre_hooks,
    judge_post_hooks,
    judge_pre_hooks,
)
from .locks import BIG_LOCK, LockLevel, LockWish
from .units import Effect, HookPlan, LogicalUnit, Order, info

T = TypeVar("T")

_LEVELS: Final = tuple(level for level in LockLevel if level is not LockLevel.CLUSTER)


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

FrameEffects: TypeAlias = Generator[FrameEffect, Any, T]
"""Work that yields these, is sent their outcomes, and returns a T."""


def carry_out(unit: LogicalUnit[Any], order: Order, data_dir: str) -> FrameEffects[object]:
    """All of an opcode's work; the result is the opcode's.

    :param data_dir: the master's, which hooks are told.
    :raises GanetiError: it failed.
    """
    held: Held = yield Acquire(LockLevel.CLUSTER, LockWish(frozenset({BIG_LOCK}), unit.big_lock))
    order = yield from unit.prepare(order, held.snapshot)
    order = unit.expand(order, held.snapshot)
    for level in _LEVELS:
        wish = unit.lock(order, level, held.snapshot)
        if wish is not None:
            held = yield Acquire(level, wish)
            order = evolve(order, held={**order.held, level: held.names})
    before: ClusterSnapshot = yield Begin(order)
    plan = yield from unit.check(order, before)
    hooks = unit.hooks(order, plan, before)
    scene = HookScene.of(order.op_id, before, data_dir)
    if hooks is not None:
        results = yield call_pre_hooks(hooks, scene)
        yield from _heed(judge_pre_hooks(results, before))
    if order["dry_run"]:
        yield info("dry-run mode requested, not actually executing the operation")
        return unit.dry_run_result(order, plan)
    result = yield from unit.execute(order, plan)
    if hooks is not None:
        yield from _run_post_hooks(unit, order, plan, hooks, before, scene)
    return result


def _run_post_hooks(
    unit: LogicalUnit[Any], order: Order, plan: Any, hooks: HookPlan, before: ClusterSnapshot, scene: HookScene
) -> FrameEffects[None]:
    """The hooks behind execution, and those of the configuration if it was written meanwhile."""
    after: ClusterSnapshot = yield Look()
    results = yield call_post_hooks(hooks, unit.hooks(order, plan, after) or hooks, scene)
    yield from _heed(judge_post_hooks(results, after))
    if after.serial_no != before.serial_no:
        results = yield call_config_update_hooks(hooks, scene, after.cluster.master_node)
        yield from _heed(judge_post_hooks(results, after))


def _heed(verdict: HookVerdict) -> FrameEffects[None]:
    """Tell what went wrong with hooks; raise the error if it is one."""
    yield from verdict.warnings
    if verdict.error is not None:
        raise verdict.error
