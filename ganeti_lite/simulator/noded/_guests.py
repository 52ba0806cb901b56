"""Who runs where: mostly what the configuration wishes, with the accidents of every large cluster.

Of the instances that should run some have died, and some run on a node that is primary of others; of those that should
not run some have been started by hand. One guest is unknown to the configuration. In a small cluster it is one of each
kind, in a large one about one in a hundred.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from ganeti_lite.simulator._draws import Draws
from ganeti_lite.simulator._names import DOMAIN
from ganeti_lite.simulator._objects import JsonObject

from .machine import Guest

_FORGOTTEN: Final = f"forgotten-1.{DOMAIN}"
_FEWEST: Final = 3
"""Of fewer instances than that none meets with an accident."""


def settle_guests(config: JsonObject, seed: int) -> Mapping[str, tuple[Guest, ...]]:
    """The guests of each node, by the node's UUID; nothing runs on nodes that are offline.

    :param config: as config.data holds it.
    """
    draws = Draws(seed, "guests")
    hosts = [uuid for uuid, node in config["nodes"].items() if _may_host(node)]
    should_run, should_not = _by_wish(config, frozenset(hosts))
    places = dict(should_run)
    for name in _unlucky(draws, should_run):
        del places[name]
    used = sorted({*should_run.values(), *should_not.values()})
    for name in _unlucky(draws, places):
        places[name] = _another(draws, used, places[name])
    places |= {name: should_not[name] for name in _unlucky(draws, should_not)}
    settled: dict[str, list[Guest]] = defaultdict(list)
    for instance in config["instances"].values():
        if instance.get("name") in places:
            settled[places[instance["name"]]].append(_guest(draws, instance, config["cluster"]))
    if len(hosts) >= _FEWEST:
        settled[hosts[-1]].append(Guest(_FORGOTTEN, config["cluster"]["enabled_hypervisors"][0], 256, 1))
    return {uuid: tuple(guests) for uuid, guests in settled.items()}


def _may_host(node: JsonObject) -> bool:
    return node["vm_capable"] and not node["offline"]


def _by_wish(config: JsonObject, hosts: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Primary nodes of the instances that should run and of those that should not, by instance name; on hosts only."""
    should_run: dict[str, str] = {}
    should_not: dict[str, str] = {}
    for instance in config["instances"].values():
        if "name" in instance and instance.get("primary_node") in hosts:
            wished = should_run if instance.get("admin_state") == "up" else should_not
            wished[instance["name"]] = instance["primary_node"]
    return should_run, should_not


def _unlucky(draws: Draws, names: Mapping[str, str]) -> Sequence[str]:
    """About one in a hundred, but at least one unless there are very few."""
    count = max(1, len(names) // 100) if len(names) >= _FEWEST else 0
    return draws.sample(list(names), count)


def _another(draws: Draws, nodes: Sequence[str], node: str) -> str:
    """Another of the nodes, if there is one."""
    others = [uuid for uuid in nodes if uuid != node]
    return draws.choice(others) if others else node


def _guest(draws: Draws, instance: JsonObject, cluster: JsonObject) -> Guest:
    """Most have all the memory that they may have; some have had to give part of it back."""
    params = cluster["beparams"]["default"] | instance["beparams"]
    is_squeezed = draws.chance(0.15)
    memory = (params["minmem"] + params["maxmem"]) // 2 if is_squeezed else params["maxmem"]
    seconds = round(draws.expovariate(1 / 90_000), 1)
    return Guest(instance["name"], instance["hypervisor"], memory, params["vcpus"], seconds)
