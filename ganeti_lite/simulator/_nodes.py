"""Node groups and nodes of a made-up cluster.

All node addresses are loopback addresses, so that made-up node daemons can listen on every one of them and a
daemon that contacts a node never leaves the machine.
"""

import ipaddress
from typing import Final

from ._draws import Draws
from ._names import group_names, node_names
from ._objects import JsonObject

CANDIDATE_POOL_SIZE: Final = 10
_PRIMARY_BASE: Final = int(ipaddress.IPv4Address("127.18.0.9"))
_SECONDARY_BASE: Final = int(ipaddress.IPv4Address("127.20.0.9"))
MASTER_IP: Final = "127.18.0.1"
MAX_NODES: Final = 65536
"""So that primary and secondary addresses stay apart."""

_GROUP_OVERRIDES: Final[tuple[JsonObject, ...]] = (
    {},
    {
        "alloc_policy": "last_resort",
        "ndparams": {"spindle_count": 12, "ssh_port": 2222},
        "ipolicy": {"vcpu-ratio": 2.5, "disk-templates": ["drbd", "plain", "diskless"]},
        "diskparams": {"drbd": {"protocol": "B", "resync-rate": 102400}, "plain": {"stripes": 2}},
        "tags": ["hall:2", "spare"],
    },
    {
        "alloc_policy": "unallocable",
        "ndparams": {"ovs": True, "ovs_link": "eth1", "cpu_speed": 1.3},
        "ipolicy": {"spindle-ratio": 16},
        "tags": ["hall:3"],
    },
    {
        "ndparams": {"exclusive_storage": True},
        "ipolicy": {"disk-templates": ["plain", "diskless"]},
        "tags": [],
    },
)
"""What sets a group apart; the first is the default group, further groups start over."""


def make_groups(count: int, seed: int, epoch: int) -> list[JsonObject]:
    """``count`` node groups without networks; the first is Ganeti's default group."""
    draws = Draws(seed, "groups")
    return [
        _group(draws, name, _GROUP_OVERRIDES[index % len(_GROUP_OVERRIDES)], epoch)
        for index, name in zip(range(count), group_names(), strict=False)
    ]


def _group(draws: Draws, name: str, overrides: JsonObject, epoch: int) -> JsonObject:
    ctime, mtime = draws.moments(epoch, days=900)
    return {
        "name": name,
        "members": [],
        "ndparams": overrides.get("ndparams", {}),
        "alloc_policy": overrides.get("alloc_policy", "preferred"),
        "ipolicy": overrides.get("ipolicy", {}),
        "diskparams": overrides.get("diskparams", {}),
        "networks": {},
        "ctime": 0 if name == "default" else ctime,  # as gnt-cluster init leaves it
        "mtime": mtime,
        "uuid": draws.uuid(),
        "serial_no": draws.randint(2, 9),
        "tags": overrides.get("tags", []),
    }


def make_nodes(count: int, groups: list[JsonObject], seed: int, epoch: int) -> list[JsonObject]:
    """``count`` nodes, the master first; from three on, at least one of them is offline and one drained.

    Groups get equal runs of neighbouring nodes, as racks would.
    """
    draws = Draws(seed, "nodes")
    nodes = [
        _node(draws, name, index, groups[index * len(groups) // count], epoch)
        for index, name in zip(range(count), node_names(), strict=False)
    ]
    _retire_some(Draws(seed, "retired"), nodes)
    _choose_candidates(nodes)
    return nodes


def _node(draws: Draws, name: str, index: int, group: JsonObject, epoch: int) -> JsonObject:
    ctime, mtime = draws.moments(epoch, days=800)
    return {
        "name": name,
        "primary_ip": str(ipaddress.IPv4Address(_PRIMARY_BASE + index + 1)),
        "secondary_ip": str(ipaddress.IPv4Address(_SECONDARY_BASE + index + 1)),
        "master_candidate": False,
        "offline": False,
        "drained": False,
        "group": group["uuid"],
        "master_capable": index % 17 != 16,
        "vm_capable": index % 29 != 28,
        "ndparams": {"oob_program": "/usr/local/sbin/oob", "spindle_count": 4} if index % 7 == 6 else {},
        "powered": True,
        "ctime": ctime,
        "mtime": mtime,
        "uuid": draws.uuid(),
        "serial_no": draws.randint(1, 12),
        "tags": sorted({f"rack:{index // 20 + 1}", draws.choice(("ssd", "hdd"))}),
    }


def _retire_some(draws: Draws, nodes: list[JsonObject]) -> None:
    """Takes about one node in a hundred offline and drains as many, never the master."""
    share = max(1, len(nodes) // 100) if len(nodes) >= 3 else 0
    retired = draws.sample(nodes[1:], 2 * share)
    for node in retired[:share]:
        node.update(offline=True, powered=False)
    for node in retired[share:]:
        node["drained"] = True


def _choose_candidates(nodes: list[JsonObject]) -> None:
    """As many of the fit nodes as the pool holds become master candidates."""
    fit = [node for node in nodes if node["master_capable"] and not node["offline"] and not node["drained"]]
    for node in fit[:CANDIDATE_POOL_SIZE]:
        node["master_candidate"] = True
