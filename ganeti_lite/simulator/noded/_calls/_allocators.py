"""Placement of instances by an allocator, over Ganeti's iallocator protocol.

The only one that made-up nodes have is a stand-in for ``hail``: it takes the nodes with most free memory, by name where
that is equal, within one group. It knows the requests to allocate and to relocate; the others fail in its answer.
Source: reference of Ganeti's node RPC, 3.10; Ganeti's documentation of iallocator, version 2.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from ganeti_lite.simulator._objects import JsonObject
from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._outcome import CallError, Calls

_Request: TypeAlias = Mapping[str, Any]


class _AllocationError(Exception):
    """There is no place; the message says why."""


@attrs.frozen
class _Place:
    """A node on which an instance may be.

    :ivar memory: MiB that are free.
    :ivar disk: MiB that are free; None if that is not known.
    """

    name: str
    group: str
    memory: int
    disk: int | None

    def fits(self, request: _Request) -> bool:
        return self.memory >= request["memory"] and (
            self.disk is None or self.disk >= request.get("disk_space_total", 0)
        )


def _run(machine: SimulatedNode, arguments: Sequence[Any]) -> str:
    """What the allocator prints."""
    name, text, _params = arguments
    if name not in machine.allocators:
        raise CallError(f"iallocator module '{name}' not found in the search path")
    try:
        answer = _allocate(json.loads(text))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise CallError(
            f"iallocator module '{name}' failed: exited with exit code 1, output 'Error: {error}'"
        ) from error
    return json.dumps(answer, separators=(",", ":")) + "\n"


def _allocate(cluster: _Request) -> JsonObject:
    request = cluster["request"]
    solve = _SOLVERS.get(request["type"])
    if solve is None:
        return _failure(f"{request['type']} is not known here")
    try:
        result = solve(cluster, request)
    except _AllocationError as error:
        return _failure(str(error))
    return {"success": True, "info": f"Request successful: {json.dumps(result)}", "result": result}


def _failure(reason: str) -> JsonObject:
    return {"success": False, "info": f"Request failed: {reason}", "result": []}


def _find_places(cluster: _Request) -> list[_Place]:
    """The nodes that may have new instances: those of unallocable groups may not."""
    groups = cluster["nodegroups"]
    return [
        _Place(name, node["group"], node["free_memory"], node.get("free_disk"))
        for name, node in cluster["nodes"].items()
        if not (node["offline"] or node["drained"])
        and node["vm_capable"]
        and groups[node["group"]]["alloc_policy"] != "unallocable"
        and "free_memory" in node
    ]


def _place_one(cluster: _Request, request: _Request) -> list[str]:
    return [place.name for place in _choose(_find_places(cluster), cluster, request)]


def _choose(places: Sequence[_Place], cluster: _Request, request: _Request) -> list[_Place]:
    """As many nodes of one group as the request needs, the primary node first."""
    count, wanted_group = request["required_nodes"], request.get("group_name")
    groups = cluster["nodegroups"]
    fitting = sorted((each for each in places if each.fits(request)), key=lambda each: (-each.memory, each.name))
    for first in fitting:
        if wanted_group not in (None, first.group, groups[first.group]["name"]):
            continue
        chosen = [first, *(each for each in fitting if each.group == first.group and each is not first)][:count]
        if len(chosen) == count:
            return chosen
    raise _AllocationError(f"no {count} of {len(places)} nodes have room")


def _place_many(cluster: _Request, request: _Request) -> list[object]:
    """``[[[instance, nodes], …], [instances without a place, …]]``; each takes its room from those after it."""
    places, placed, failed = _find_places(cluster), [], []
    for each in request["instances"]:
        try:
            chosen = _choose(places, cluster, each)
        except _AllocationError:
            failed.append(each["name"])
            continue
        placed.append([each["name"], [place.name for place in chosen]])
        places = [_with_less(place, each, place is chosen[0]) if place in chosen else place for place in places]
    return [placed, failed]


def _with_less(place: _Place, request: _Request, is_primary: bool) -> _Place:
    memory = place.memory - (request["memory"] if is_primary else 0)
    disk = None if place.disk is None else place.disk - request.get("disk_space_total", 0)
    return attrs.evolve(place, memory=memory, disk=disk)


def _relocate(cluster: _Request, request: _Request) -> list[str]:
    """New secondary nodes, in the group of the primary node."""
    primary, *_secondaries = nodes = cluster["instances"][request["name"]]["nodes"]
    group = cluster["nodes"][primary]["group"]
    places = [each for each in _find_places(cluster) if each.group == group and each.name not in nodes]
    without_memory = {**request, "memory": 0}
    return [place.name for place in _choose(places, cluster, without_memory)]


_SOLVERS: Final[Mapping[str, Callable[[_Request, _Request], Sequence[object]]]] = {
    "allocate": _place_one,
    "multi-allocate": _place_many,
    "relocate": _relocate,
}

ALLOCATOR_CALLS: Final[Calls] = {"iallocator_runner": _run}
"""``[allocator, text of the request, parameters]``."""
