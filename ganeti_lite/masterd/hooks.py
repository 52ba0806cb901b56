"""Hooks: the scripts that administrators have run before and behind opcodes. Pure: calls to make, and what to make of
their results.

Source: what Ganeti 3.0 hands to the scripts, and what it does about those that fail.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from ganeti_lite.errors import HooksAbort, HooksFailure
from ganeti_lite.masterd.units import OFFLINE_REASON, CallNodes, HookPlan, Tell, warning
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

TIMEOUT: Final = 900.0
"""Seconds that the scripts of one node have together."""

CONFIG_UPDATE: Final = "config-update"
"""The hooks, on the master, behind every opcode that has written the configuration."""

_VERSION: Final = "2"
_SEARCH_PATH: Final = "/sbin:/bin:/usr/sbin:/usr/bin"


class HookPhase(enum.StrEnum):
    """When scripts run."""

    PRE = "pre"
    POST = "post"


class ScriptStatus(enum.IntEnum):
    """What came of a script."""

    SKIPPED = 0
    """It cannot be executed."""
    FAILED = 1
    SUCCEEDED = 2


@frozen
class HookScene:
    """What scripts are told besides their opcode's own variables.

    :ivar data_dir: the master's, with its root in a virtual cluster.
    """

    op_id: str
    cluster_name: str
    master_name: str
    data_dir: str

    @classmethod
    def of(cls, op_id: str, snapshot: ClusterSnapshot, data_dir: str) -> "HookScene":
        """An opcode in a cluster."""
        master = snapshot.master
        return cls(op_id, snapshot.cluster.cluster_name, "" if master is None else master.name, data_dir)


def call_pre_hooks(plan: HookPlan, scene: HookScene) -> CallNodes:
    """The hooks before execution."""
    return _call(plan.path, HookPhase.PRE, plan.pre_nodes, _list_variables(plan, HookPhase.PRE, scene))


def call_post_hooks(before: HookPlan, behind: HookPlan, scene: HookScene) -> CallNodes:
    """The hooks behind execution, which are told how things were before, too.

    :param before: the plan that :func:`call_pre_hooks` had.
    :param behind: the plan now.
    """
    later = {f"GANETI_POST_{name}": value for name, value in _own_variables(behind)}
    variables = _list_variables(before, HookPhase.POST, scene) | later
    return _call(before.path, HookPhase.POST, behind.post_nodes, variables)


def call_config_update_hooks(before: HookPlan, scene: HookScene, master: str) -> CallNodes:
    """The hooks of the configuration, which are told how things were before.

    :param master: UUID of the master.
    """
    variables = _list_variables(before, HookPhase.POST, scene)
    return _call(CONFIG_UPDATE, HookPhase.POST, [master], variables | {"GANETI_HOOKS_PATH": CONFIG_UPDATE})


@frozen
class HookVerdict:
    """What the results of hooks mean.

    :ivar warnings: for the opcode's log.
    :ivar error: why it is not executed; None if it is, and always behind execution.
    """

    warnings: tuple[Tell, ...]
    error: HooksFailure | None = None


def judge_pre_hooks(results: Mapping[str, RpcResult], snapshot: ClusterSnapshot) -> HookVerdict:
    """Any script that has failed on any node forbids the opcode; a node that cannot be asked does not.

    :param results: by UUIDs of nodes.
    """
    reports = _read(results, snapshot)
    refusals = [[report.node, report.script, report.output] for report in reports if report.has_failed]
    warnings = tuple(report.complain_of_node() for report in reports if report.failure is not None)
    return HookVerdict(warnings, HooksAbort(refusals) if refusals else None)


def judge_post_hooks(results: Mapping[str, RpcResult], snapshot: ClusterSnapshot) -> HookVerdict:
    """Whatever fails is only told. *results* as above."""
    reports = _read(results, snapshot)
    return HookVerdict(
        tuple(
            report.complain_of_node() if report.failure is not None else report.complain_of_script()
            for report in reports
            if report.failure is not None or report.has_failed
        )
    )


@frozen
class _Report:
    """What came of one script, or of a node's call.

    :ivar node: its name.
    :ivar failure: why nothing is known of the node's scripts.
    """

    node: str
    script: str = ""
    output: str = ""
    has_failed: bool = False
    failure: str | None = None

    def complain_of_node(self) -> Tell:
        return warning(f"Communication failure to node {self.node}: {self.failure}")

    def complain_of_script(self) -> Tell:
        return warning(f"On {self.node} script {self.script} failed, output: {self.output or '(no output)'}")


def _read(results: Mapping[str, RpcResult], snapshot: ClusterSnapshot) -> list[_Report]:
    return [report for uuid, result in results.items() for report in _read_node(_name(uuid, snapshot), result)]


def _read_node(name: str, result: RpcResult) -> Iterator[_Report]:
    match result:
        case RpcFailure(reason):
            if reason != OFFLINE_REASON:
                yield _Report(name, failure=reason)
            return
        case _:
            scripts = result.payload
    if not isinstance(scripts, list):
        yield _Report(name, failure="the node's answer is no list of scripts")
        return
    for script in scripts:
        match script:
            case [str(path), int(status), str(output)]:
                yield _Report(name, path, output, status == ScriptStatus.FAILED)
            case _:
                yield _Report(name, failure="the node's answer has a script without a result")


def _name(uuid: str, snapshot: ClusterSnapshot) -> str:
    """The node's name; of one that is no longer there its UUID."""
    node = snapshot.nodes.get(uuid)
    return uuid if node is None else node.name


def _list_variables(plan: HookPlan, phase: HookPhase, scene: HookScene) -> dict[str, str]:
    """The whole environment of the scripts."""
    return {
        "PATH": _SEARCH_PATH,
        "GANETI_HOOKS_VERSION": _VERSION,
        "GANETI_OP_CODE": scene.op_id,
        "GANETI_DATA_DIR": scene.data_dir,
        "GANETI_HOOKS_PHASE": phase.value,
        "GANETI_HOOKS_PATH": plan.path,
        "GANETI_OBJECT_TYPE": plan.object_type,
        "GANETI_CLUSTER": scene.cluster_name,
        "GANETI_MASTER": scene.master_name,
        **{f"GANETI_{name}": value for name, value in _own_variables(plan)},
    }


def _own_variables(plan: HookPlan) -> Iterator[tuple[str, str]]:
    """Those of the opcode, without prefix."""
    if plan.op_target:
        yield "OP_TARGET", plan.op_target
    yield from plan.env.items()


def _call(path: str, phase: HookPhase, nodes: Iterable[str], variables: Mapping[str, str]) -> CallNodes:
    arguments: list[Any] = [path, phase.value, variables]
    return CallNodes("hooks_runner", dict.fromkeys(nodes, arguments), TIMEOUT)
