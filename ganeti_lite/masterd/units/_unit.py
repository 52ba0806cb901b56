"""What a logical unit is: what one opcode checks, locks, changes and has done.

The frame around it, the same for every opcode, is :mod:`ganeti_lite.masterd.execution`:

1. the big lock, shared unless the unit says else;
2. :meth:`LogicalUnit.prepare`: arguments whose check takes others, such as names of hosts, are looked at;
   :meth:`LogicalUnit.expand`: the arguments are checked, names become full names and UUIDs;
3. level by level :meth:`LogicalUnit.lock`, with the newest snapshot, and the locks are taken;
4. the opcode counts as running; :meth:`LogicalUnit.check` has the newest snapshot;
5. hooks before, :meth:`LogicalUnit.execute` (left out in a dry run), hooks behind.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from attrs import evolve, field, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import OpPrereqError
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.snapshot import ClusterSnapshot

from ._effects import Effects, HookPlan

PlanT = TypeVar("PlanT")


@frozen
class Order:
    """An opcode that is to be carried out, as a unit sees it.

    :ivar parameters: its parameters, complete, by name; without ``OP_ID``.
    :ivar job_id: of the job that it belongs to; ``index`` its place there.
    :ivar new_uuid: for the object that the opcode makes, if it makes one: nobody else's.
    :ivar now: when it was begun, in seconds since 1970.
    :ivar held: by level, the names of the locks that are held, None for all; of interest where a wish was
        opportunistic.
    :ivar known: what :meth:`LogicalUnit.prepare` has found out that is no parameter.
    """

    op_id: str
    parameters: Mapping[str, Any]
    job_id: int
    index: int
    new_uuid: str
    now: float
    held: Mapping[LockLevel, frozenset[str] | None] = field(factory=dict)
    known: Mapping[str, Any] = field(factory=dict)

    def __getitem__(self, name: str) -> Any:
        """The value of a parameter; None if it has none."""
        return self.parameters.get(name)

    def with_parameters(self, **changed: Any) -> "Order":
        """The order with other values of some parameters."""
        return evolve(self, parameters={**self.parameters, **changed})

    @property
    def debug_level(self) -> int:
        """How much scripts are to tell."""
        level: int | None = self["debug_level"]
        return level or 0

    @property
    def reason(self) -> Sequence[Any]:
        """The reason trail: ``[source, text, nanoseconds]`` each."""
        trail: Sequence[Any] = self["reason"] or []
        return trail


class LogicalUnit(Generic[PlanT]):
    """One opcode. It keeps nothing: what it finds out in :meth:`check` is a plan that it is given again.

    :cvar op_id: the opcode's name.
    :cvar big_lock: how the lock of the whole cluster is held.
    """

    op_id: ClassVar[str]
    big_lock: ClassVar[LockMode] = LockMode.SHARED

    def prepare(self, order: Order, snapshot: ClusterSnapshot) -> Effects[Order]:
        """The order with arguments that are not just checked but asked, or told, about; no lock is held yet.

        :raises GanetiError: the arguments cannot be meant.
        """
        del snapshot
        yield from ()
        return order

    def expand(self, order: Order, snapshot: ClusterSnapshot) -> Order:
        """The order with full names and UUIDs.

        :raises GanetiError: the arguments cannot be meant, or name what is not there.
        """
        del snapshot
        return order

    def lock(self, order: Order, level: LockLevel, snapshot: ClusterSnapshot) -> LockWish | None:
        """What it needs of *level*; the locks of the levels before are held by now, and *snapshot* is the newest."""
        del order, level, snapshot
        return None

    def check(self, order: Order, snapshot: ClusterSnapshot) -> Effects[PlanT]:
        """What is to be done, now that the locks are held.

        :raises GanetiError: it cannot be done.
        """
        raise NotImplementedError

    def retry(self, order: Order, error: OpPrereqError) -> Order | None:
        """The order by which :meth:`check`, which has failed, is tried once more, with other locks; None if it is not.

        What it has reserved so far stays reserved.
        """
        del order, error
        return None

    def hooks(self, order: Order, plan: PlanT, snapshot: ClusterSnapshot) -> HookPlan | None:
        """The hooks of the opcode; None if it has none. Asked before execution and again behind it."""
        del order, plan, snapshot
        return None

    def execute(self, order: Order, plan: PlanT) -> Effects[object]:
        """Do it; what this returns is the opcode's result, a :class:`FollowUp` included.

        :raises GanetiError: it failed.
        """
        raise NotImplementedError

    def dry_run_result(self, order: Order, plan: PlanT) -> object:
        """The result of a dry run, which ends where this would be executed."""
        del order, plan
        return None


@frozen
class FollowUp:
    """The result of an opcode that has further jobs done.

    :ivar jobs: each a list of opcodes.
    :ivar others: what the result has besides ``jobs``.
    """

    jobs: Sequence[Sequence[Mapping[str, Any]]]
    others: Mapping[str, Any] = {}
