"""The frame around every opcode: locks, checks, hooks, execution, in the order that all of them have.

Pure, like the units that it frames: a generator of effects. Source of the order: what Ganeti 3.0's jobs do.
"""

from collections.abc import Generator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from attrs import evolve, frozen

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcResult

from .hooks import (
    HookScene,
    call_config_update_hooks,
    call_post_hooks,
    call_pre_hooks,
    judge_post_hooks,
    judge_pre_hooks,
)
from .locks import BIG_LOCK, LockLevel, LockWish
from .units import CallNodes, ChangeConfig, Effect, Effects, HookPlan, LogicalUnit, Order, ReleaseLocks, Tell, info

T = TypeVar("T")
PlanT = TypeVar("PlanT")

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
"""The same as :data:`~ganeti_lite.masterd.units.Effects`, with those of the frame among them."""


def carry_out(unit: LogicalUnit[Any], order: Order, data_dir: str = "/var/lib/ganeti") -> FrameEffects[object]:
    """All of an opcode's work; the result is the opcode's.

    :param data_dir: the master's, which hooks are told.
    :raises GanetiError: it failed.
    """
    held: Held = yield Acquire(LockLevel.CLUSTER, LockWish(frozenset({BIG_LOCK}), unit.big_lock))
    order = yield from unit.prepare(order, held.snapshot)
    order = unit.expand(order, held.snapshot)
    order = yield from _take_locks(unit, order, held.snapshot)
    snapshot: ClusterSnapshot = yield Begin(order)
    try:
        plan = yield from unit.check(order, snapshot)
    except OpPrereqError as error:
        again = unit.retry(order, error)
        if again is None:
            raise
        order, snapshot, plan = yield from _check_again(unit, again, snapshot)
    hooks = unit.hooks(order, plan, snapshot)
    scene = HookScene.of(order.op_id, snapshot, data_dir)
    if hooks is not None:
        verdict = judge_pre_hooks((yield from _call_nodes(call_pre_hooks(hooks, scene), snapshot)), snapshot)
        yield from verdict.warnings
        if verdict.error is not None:
            raise verdict.error
    if order["dry_run"]:
        yield info("dry-run mode requested, not actually executing the operation")
        return unit.dry_run_result(order, plan)
    written: list[ClusterSnapshot] = []
    result = yield from _note_changes(unit.execute(order, plan), snapshot, written)
    if hooks is not None:
        yield from _run_post_hooks(unit, order, plan, hooks, scene, is_written=bool(written))
    return result


def _take_locks(unit: LogicalUnit[Any], order: Order, snapshot: ClusterSnapshot) -> FrameEffects[Order]:
    """The order once all of its locks are held, level by level."""
    for level in _LEVELS:
        wish = unit.lock(order, level, snapshot)
        if wish is not None:
            held: Held = yield Acquire(level, wish)
            snapshot = held.snapshot
            order = evolve(order, held={**order.held, level: held.names})
    return order


def _check_again(
    unit: LogicalUnit[PlanT], order: Order, snapshot: ClusterSnapshot
) -> FrameEffects[tuple[Order, ClusterSnapshot, PlanT]]:
    """The order, the newest configuration and the plan, after all locks have been given back and others taken."""
    yield Tell("* falling back to full lock allocation")
    for level in reversed(_LEVELS):
        if level in order.held:
            yield ReleaseLocks(level)
    order = yield from _take_locks(unit, evolve(order, held={}), snapshot)
    newest: ClusterSnapshot = yield Look()
    plan = yield from unit.check(order, newest)
    return order, newest, plan


def _run_post_hooks(
    unit: LogicalUnit[Any], order: Order, plan: Any, before: HookPlan, scene: HookScene, *, is_written: bool
) -> FrameEffects[None]:
    """Run the hooks behind execution, and, if the configuration *is_written*, those for that."""
    snapshot: ClusterSnapshot = yield Look()
    calls = [call_post_hooks(before, unit.hooks(order, plan, snapshot) or before, scene)]
    if is_written:
        calls.append(call_config_update_hooks(before, scene, snapshot.cluster.master_node))
    for call in calls:
        yield from judge_post_hooks((yield from _call_nodes(call, snapshot)), snapshot).warnings


def _call_nodes(call: CallNodes, snapshot: ClusterSnapshot) -> Effects[Mapping[str, RpcResult]]:
    """Make the call to those nodes that are still there, and none if none is."""
    arguments = {uuid: given for uuid, given in call.arguments.items() if uuid in snapshot.nodes}
    results: Mapping[str, RpcResult] = (yield evolve(call, arguments=arguments)) if arguments else {}
    return results


def _note_changes(work: Effects[T], snapshot: ClusterSnapshot, written: list[ClusterSnapshot]) -> Effects[T]:
    """Do the *work*; what configurations it has led to, from *snapshot* on, is put into *written*."""
    try:
        effect = next(work)
        while True:
            try:
                outcome = yield effect
            except Exception as error:
                effect = work.throw(error)
                continue
            if isinstance(effect, ChangeConfig) and outcome is not snapshot:
                snapshot = outcome
                written.append(outcome)
            effect = work.send(outcome)
    except StopIteration as end:
        result: T = end.value
        return result
