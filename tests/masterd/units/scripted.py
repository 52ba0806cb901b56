"""Running a logical unit by a script: nodes answer as the test says, the configuration changes, time stands still.

It is the real frame that is run (:func:`~ganeti_lite.masterd.frame.carry_out`), so that a test sees locks, checks,
hooks and execution in the order in which a job has them.
"""

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import define, field, frozen

from ganeti_lite.constants import LockMode
from ganeti_lite.errors import GanetiError, ResolverError
from ganeti_lite.masterd.frame import Acquire, Begin, FrameEffect, Held, Look, carry_out
from ganeti_lite.masterd.hooks import CONFIG_UPDATE
from ganeti_lite.masterd.locks import LockLevel, LockWish
from ganeti_lite.masterd.node_calls import CALLED_OFFLINE
from ganeti_lite.masterd.units import (
    OFFLINE_REASON,
    CallAddress,
    CallNodes,
    CertificateFault,
    ChangeConfig,
    CheckCertificates,
    CopyFiles,
    LogicalUnit,
    Order,
    Ping,
    ReadState,
    ReleaseLocks,
    Reserve,
    Resolved,
    ResolveName,
    Sleep,
    Tell,
)
from ganeti_lite.opcodes import decode_opcode
from ganeti_lite.query import ClusterState
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult, RpcSuccess
from tests.masterd.small_cluster import NEW, NOW, SNAPSHOT, list_steps

JOB: Final = 17
"""The number of the job that the opcode belongs to; it is the first one there."""

Answer: TypeAlias = object | Callable[[str, list[Any]], object]
"""What nodes say: a payload, an :class:`RpcFailure`, or a function (node's UUID, arguments) → one of these."""

Edit: TypeAlias = Callable[[ClusterSnapshot], ClusterSnapshot]
"""What others do to the configuration in the meantime."""

HOOKS: Final = "hooks_runner"

STATE: Final = ClusterState(
    is_drained=False, watcher_pause=1_900_000_000, architecture=("64bits", "x86_64"), build="test"
)
"""What the node that jobs run on knows besides the configuration."""

DATA_DIR: Final = "/var/lib/ganeti"
"""Where the master keeps its files, as hooks are told."""


@frozen
class Call:
    """A call that was made.

    :ivar nodes: UUIDs of the nodes that were called, in their order; ``arguments`` those of each.
    """

    method: str
    arguments: Mapping[str, list[Any]]
    timeout: float

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(self.arguments)


@frozen
class Run:
    """What a unit did.

    :ivar outcome: the opcode's result, or the error that it ended with.
    :ivar before: the configuration at first; ``after`` at last.
    :ivar order: with the parameters that the job's file shows from when the opcode runs; None if it never ran.
    :ivar effects: all, in their order.
    :ivar changes: how many changes of the configuration were written.
    """

    outcome: object
    before: ClusterSnapshot
    after: ClusterSnapshot
    order: Order | None
    effects: tuple[FrameEffect, ...]
    changes: int

    @property
    def result(self) -> object:
        """The opcode's result; raises the error that it ended with, if it did."""
        if isinstance(self.outcome, GanetiError):
            raise self.outcome
        return self.outcome

    @property
    def succeeded(self) -> ClusterSnapshot:
        """The configuration behind an opcode that should succeed; raises the error that it ended with, if it did."""
        self.result  # noqa: B018 - it is the look that raises
        return self.after

    @property
    def failure(self) -> list[object] | None:
        """The error that it ended with, as the job's file has it: ``[class, [argument, ...]]``."""
        return self.outcome.to_wire() if isinstance(self.outcome, GanetiError) else None

    @property
    def wishes(self) -> dict[LockLevel, LockWish]:
        """What it locked, level by level."""
        return {effect.level: effect.wish for effect in self.effects if isinstance(effect, Acquire)}

    @property
    def locks(self) -> dict[str, tuple[str, object]]:
        """The same for a glance, without the cluster's: level → mode and sorted names, or ``all``."""
        return {
            str(level): (str(wish.mode), "all" if wish.names is None else sorted(wish.names))
            for level, wish in self.wishes.items()
            if level is not LockLevel.CLUSTER
        }

    @property
    def big_lock(self) -> LockMode:
        """How it held the lock of the whole cluster."""
        return self.wishes[LockLevel.CLUSTER].mode

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of nodes, hooks not counted."""
        return tuple(call for call in self._all_calls if call.method != HOOKS)

    @property
    def called(self) -> list[tuple[str, tuple[str, ...]]]:
        """The same for a glance: method and nodes."""
        return [(call.method, call.nodes) for call in self.calls]

    @property
    def hooks(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Path, phase and nodes of the opcode's hooks that were run; those of the configuration are not among them."""
        runs = [(*call.arguments[call.nodes[0]][:2], call.nodes) for call in self._hook_calls]
        return [hook for hook in runs if hook[0] != CONFIG_UPDATE]

    @property
    def hook_env(self) -> Mapping[str, str]:
        """The variables of the first hooks that were run."""
        first = self._hook_calls[0]
        env: Mapping[str, str] = first.arguments[first.nodes[0]][2]
        return env

    @property
    def log(self) -> list[object]:
        """What it told whoever watches."""
        return [effect.payload for effect in self.effects if isinstance(effect, Tell)]

    @property
    def released(self) -> list[ReleaseLocks]:
        """Locks that it gave back early."""
        return [effect for effect in self.effects if isinstance(effect, ReleaseLocks)]

    @property
    def steps(self) -> list[str]:
        """What has become of serial numbers and times: see :func:`~tests.masterd.small_cluster.list_steps`."""
        return list_steps(self.before, self.after)

    @property
    def story(self) -> list[str]:
        """What was done, in order: locks, calls by method, hooks by phase, ``write``, ``log``."""
        return [text for effect in self.effects if (text := _name(effect)) is not None]

    @property
    def _all_calls(self) -> list[Call]:
        made = [effect for effect in self.effects if isinstance(effect, CallNodes)]
        return [Call(effect.method, effect.arguments, effect.timeout) for effect in made]

    @property
    def _hook_calls(self) -> list[Call]:
        return [call for call in self._all_calls if call.method == HOOKS]


def _name(effect: FrameEffect) -> str | None:
    match effect:
        case Acquire(level) | ReleaseLocks(level):
            return f"{'lock' if isinstance(effect, Acquire) else 'release'} {level}"
        case CallNodes(method, arguments):
            return _name_hooks(*next(iter(arguments.values()))) if method == HOOKS else method
        case CallAddress(address, method):
            return f"{method} at {address}"
        case _:
            return _NAMES.get(type(effect))


def _name_hooks(path: str, phase: str, _: object) -> str:
    return f"hooks {CONFIG_UPDATE if path == CONFIG_UPDATE else phase}"


_NAMES: Final = {
    Begin: "begin",
    ChangeConfig: "write",
    CheckCertificates: "check certificates",
    CopyFiles: "copy files",
    Reserve: "reserve",
    Tell: "log",
    ResolveName: "resolve",
    Ping: "ping",
    Sleep: "sleep",
}


def make_order(op_id: str, **parameters: Any) -> Order:
    """An order for the opcode, complete as after submission: checked, defaults filled in."""
    opcode = decode_opcode({"OP_ID": op_id, "reason": [], **parameters})
    del opcode["OP_ID"]
    return Order(op_id, opcode, job_id=JOB, index=0, new_uuid=NEW, now=NOW)


def run(
    unit: LogicalUnit[Any],
    snapshot: ClusterSnapshot = SNAPSHOT,
    answers: Mapping[str, Answer] | None = None,
    *,
    meanwhile: Mapping[LockLevel, Edit] | None = None,
    files: Collection[str] = (),
    certificate_faults: tuple[CertificateFault, ...] = (),
    hosts: Mapping[str, str] | None = None,
    in_use: Collection[str] = (),
    **parameters: Any,
) -> Run:
    """Run an opcode with these parameters.

    :param answers: by method. A call that no answer is known for is an error of the test; hooks run well unless they
        have an answer. Nodes that are marked offline are only
        asked what one asks such nodes.
    :param meanwhile: what others do to the configuration while a level's locks are waited for.
    :param files: paths of the files that are on the master; other nodes get one by the call ``upload_file``.
    :param hosts: addresses of the hosts that the resolver knows, by full name; a short name stands for the first one.
    :param in_use: addresses at which there is a host.
    """
    order = make_order(unit.op_id, **parameters)
    host = _Host(files, certificate_faults, hosts or {}, in_use)
    world = _World(snapshot, {HOOKS: [], **(answers or {})}, meanwhile or {}, host)
    try:
        outcome = _drive(carry_out(unit, order, DATA_DIR), world.perform)
    except GanetiError as error:
        outcome = error
    return Run(outcome, snapshot, world.snapshot, world.order, tuple(world.effects), world.changes)


def _drive(work: Generator[Any, Any, object], perform: Callable[[Any], object]) -> object:
    """The result of *work*, sent the outcome of each effect, or thrown the error that it led to."""
    try:
        effect = next(work)
        while True:
            try:
                outcome = perform(effect)
            except GanetiError as error:
                effect = work.throw(error)
            else:
                effect = work.send(outcome)
    except StopIteration as end:
        return end.value


@frozen
class _Host:
    """The node that jobs run on; see :func:`run`."""

    files: Collection[str]
    certificate_faults: tuple[CertificateFault, ...]
    hosts: Mapping[str, str]
    in_use: Collection[str]

    def ask(self, effect: FrameEffect) -> object:
        """The outcome of an effect that concerns this node."""
        match effect:
            case ReadState():
                return STATE
            case CheckCertificates():
                return self.certificate_faults
            case ResolveName(name):
                return self._resolve(name)
            case Ping(ip):
                return ip in self.in_use
            case _:
                return None

    def _resolve(self, name: str) -> Resolved:
        for host, ip in self.hosts.items():
            if host == name or host.startswith(f"{name}."):
                return Resolved(host, ip)
        raise ResolverError(name, -2, "Name or service not known")


@define
class _World:
    """What effects have an effect on."""

    snapshot: ClusterSnapshot
    answers: Mapping[str, Answer]
    meanwhile: Mapping[LockLevel, Edit]
    host: _Host
    order: Order | None = None
    effects: list[FrameEffect] = field(factory=list)
    reserved: set[tuple[str, str]] = field(factory=set)
    changes: int = 0

    def perform(self, effect: FrameEffect) -> object:
        """The outcome of an effect."""
        self.effects.append(effect)
        match effect:
            case Acquire(level, wish):
                self.snapshot = self.meanwhile.get(level, _leave)(self.snapshot)
                return Held(wish.names, self.snapshot)
            case Begin(order):
                self.order = order
                return self.snapshot
            case Look():
                return self.snapshot
            case ChangeConfig(change):
                changed = change(self.snapshot, NOW)
                self.changes += changed is not self.snapshot
                self.snapshot = changed
                return changed
            case Reserve(choose):
                chosen = tuple(choose(self.snapshot, frozenset(self.reserved)))
                self.reserved.update(chosen)
                return chosen
            case _:
                return self._ask_world(effect)

    def _ask_world(self, effect: FrameEffect) -> object:
        match effect:
            case CallNodes():
                return {uuid: self._ask(effect.method, uuid, given) for uuid, given in effect.arguments.items()}
            case CallAddress(address, method, arguments):
                return self._answer(method, address, arguments)
            case CopyFiles(paths, nodes):
                present = [path for path in paths if path in self.host.files]
                return {path: {uuid: self._ask("upload_file", uuid, [path]) for uuid in nodes} for path in present}
            case _:
                return self.host.ask(effect)

    def _ask(self, method: str, uuid: str, arguments: list[Any]) -> RpcResult:
        if self.snapshot.nodes[uuid].offline and method not in CALLED_OFFLINE:
            return RpcFailure(OFFLINE_REASON)
        return self._answer(method, uuid, arguments)

    def _answer(self, method: str, node: str, arguments: list[Any]) -> RpcResult:
        if method not in self.answers:
            raise AssertionError(f"nobody said what nodes answer to {method}")
        answer = self.answers[method]
        said = answer(node, arguments) if callable(answer) else answer
        return said if isinstance(said, RpcFailure | RpcSuccess) else RpcSuccess(said)


def _leave(snapshot: ClusterSnapshot) -> ClusterSnapshot:
    return snapshot


def prereq(text: str, code: str | None = "wrong_input") -> list[object]:
    """The failure of an opcode whose conditions do not hold."""
    return ["OpPrereqError", [text] if code is None else [text, code]]


def exec_error(text: str) -> list[object]:
    """The failure of an opcode that was begun."""
    return ["OpExecError", [text]]


def by_node(answers: Mapping[str, object]) -> Callable[[str, Sequence[Any]], object]:
    """An answer that differs by node's UUID."""
    return lambda uuid, _: answers[uuid]
