"""An allocator run: asked on the master, and its answer read."""

import json
from typing import Any, Final

from ganeti_lite.errors import OpExecError, ResultValidationError
from ganeti_lite.masterd.units._effects import CallNodes, Effects
from ganeti_lite.masterd.wire_objects import plain_object
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcFailure

from ._cluster import describe_cluster
from ._live import describe_nodes
from ._request import Allocation

_TIMEOUT: Final = 900.0


class AllocatorError(Exception):
    """The allocator finds no place; the message is what it says."""


def run_allocator(allocator: str, wish: Allocation, snapshot: ClusterSnapshot) -> Effects[list[str]]:
    """Names of the nodes that *allocator*, which is the name of a program, chooses.

    :raises AllocatorError: there are none.
    :raises OpExecError: it cannot be run, or says something else.
    :raises ResultValidationError: its result is no list, or one of another length.
    """
    cluster = snapshot.cluster
    nodes = yield from describe_nodes(snapshot, wish.instance.hypervisor or "", wish.template)
    text = json.dumps({**describe_cluster(snapshot), "nodes": nodes, "request": wish.encode()})
    arguments = [allocator, text, plain_object(cluster.default_iallocator_params)]
    results = yield CallNodes("iallocator_runner", {cluster.master_node: arguments}, _TIMEOUT)
    result = results[cluster.master_node]
    if isinstance(result, RpcFailure):
        raise OpExecError(f"Failure while running the iallocator script: {result.reason}")
    return _read_nodes(read_answer(result.payload), wish.required_nodes)


def read_answer(text: object) -> Any:
    """The result that an allocator has printed.

    :raises AllocatorError: it says that it has none.
    :raises OpExecError: that is no answer.
    """
    try:
        answer = json.loads(str(text))
    except ValueError as error:
        raise OpExecError(f"Can't parse iallocator results: {error}") from error
    if not isinstance(answer, dict):
        raise OpExecError("Can't parse iallocator results: not a dict")
    if "nodes" in answer:  # how the result was called in the protocol's first version
        answer.setdefault("result", answer["nodes"])
    for name in ("success", "info", "result"):
        if name not in answer:
            raise OpExecError(f"Can't parse iallocator results: missing key '{name}'")
    if not answer["success"]:
        raise AllocatorError(str(answer["info"]))
    return answer["result"]


def _read_nodes(result: Any, required: int) -> list[str]:
    if not isinstance(result, list):
        raise ResultValidationError(f"iallocator returned invalid result, expected List, got {result}")
    if len(result) != required:
        text = f"iallocator returned invalid number of nodes ({len(result)}), required {required}"
        raise ResultValidationError(text)
    return [str(name) for name in result]
