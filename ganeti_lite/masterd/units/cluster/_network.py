"""The network by which instances talk to their nodes: another one chosen, made and connected by further jobs."""

from collections.abc import Iterator

from attrs import evolve

from ganeti_lite.masterd.units._communication import (
    MAC_PREFIX,
    NETWORK4,
    NETWORK6,
    add_communication,
    connect_communication,
)
from ganeti_lite.masterd.units._effects import ChangeConfig, Effects, Tell, warning
from ganeti_lite.masterd.units._unit import FollowUp
from ganeti_lite.snapshot import ClusterSnapshot, Network


def _find(name: str, snapshot: ClusterSnapshot) -> Network | None:
    uuid = name if name in snapshot.networks else snapshot.networks.names.uuids.get(name)
    return None if uuid is None else snapshot.networks[uuid]


def judge_network(name: str | None, snapshot: ClusterSnapshot) -> Effects[None]:
    """Warn of whatever makes a network that is there unfit for it."""
    network = _find(name or "", snapshot)
    if network is None:
        return
    traits = (
        ("has an IPv4 gateway", network.gateway, None),
        ("has a non-standard IPv4 network address", network.network, NETWORK4),
        ("has an IPv6 gateway", network.gateway6, None),
        ("has a non-standard IPv6 network address", network.network6, NETWORK6),
        ("has a non-standard MAC prefix", network.mac_prefix, MAC_PREFIX),
    )
    for trait, value, default in traits:
        if value != default:
            text = f"Supplied instance communication network '{network.name}' {trait} '{value}',"
            yield warning(f"{text} this might pose a security risk (default is '{default}').")


def choose_network(name: str, snapshot: ClusterSnapshot) -> Effects[FollowUp | None]:
    """Write which network it is, none if *name* is empty; the jobs that make it so in all groups."""
    current = snapshot.cluster.instance_communication_network
    if name == current:
        yield Tell(f"Instance communication network already is '{name}', nothing to do.")
        return None
    if _find(current, snapshot) is not None:
        yield Tell(f"Previous instance communication network '{current}' should be removed manually.")
    if name:
        text = f"Changing instance communication network to '{name}', only new instances will be affected."
        yield Tell(text)
    else:
        yield Tell("Disabling instance communication network, only new instances will be affected.")
    yield ChangeConfig(lambda newest, _: _with_network(newest, name))
    opcodes = list(_list_opcodes(name, snapshot)) if name else []
    return FollowUp([opcodes]) if opcodes else None


def _with_network(snapshot: ClusterSnapshot, name: str) -> ClusterSnapshot:
    return evolve(snapshot, cluster=evolve(snapshot.cluster, instance_communication_network=name))


def _list_opcodes(name: str, snapshot: ClusterSnapshot) -> Iterator[dict[str, object]]:
    network = _find(name, snapshot)
    if network is None:
        yield add_communication(name)
    for group in snapshot.nodegroups.values():
        if network is None or network.uuid not in group.networks:
            yield connect_communication(group.uuid, name)
