"""Believable clusters: a whole config.data of version 3.0, made up from a shape and a seed.

The configuration has what the strict readers of Ganeti 3.0 demand and nothing that they do not know. It is the same
for the same shape, whenever and wherever it is made, and takes time in proportion to the number of instances.
"""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

import attrs
import orjson
from attrs.validators import and_, ge, le

from ganeti_lite.constants import CONFIG_VERSION

from ._cluster_object import make_cluster, make_filter_rules
from ._instances import InstanceMaker
from ._names import MASTER_NAME
from ._networks import MAX_NETWORKS, connect_networks, make_networks
from ._nodes import MAX_NODES, make_groups, make_nodes
from ._objects import JsonObject, by_uuid

__all__ = ["EPOCH", "MASTER_NAME", "ClusterShape", "build_config", "encode_config"]

EPOCH: Final = 1_760_000_000
"""The made-up present, in seconds since 1970: the time of the configuration's last change."""


@attrs.frozen
class ClusterShape:
    """How large a cluster to make up, and which one of that size.

    :ivar nodes: the master included; from three on one is offline and one is drained.
    :ivar groups: node groups; more groups than nodes leaves some of them empty.
    :ivar seed: equal shapes of equal seed are equal clusters.
    """

    nodes: int = attrs.field(default=5, validator=and_(ge(1), le(MAX_NODES)))
    instances: int = attrs.field(default=24, validator=ge(0))
    groups: int = attrs.field(default=3, validator=ge(1))
    networks: int = attrs.field(default=2, validator=and_(ge(0), le(MAX_NETWORKS)))
    seed: int = 1


def build_config(shape: ClusterShape, epoch: int = EPOCH) -> JsonObject:
    """The configuration of a cluster of that shape, as config.data holds it.

    :param epoch: seconds since 1970; no time in the configuration is later.
    """
    groups = make_groups(shape.groups, shape.seed, epoch)
    nodes = make_nodes(shape.nodes, groups, shape.seed, epoch)
    networks = make_networks(shape.networks, shape.instances, shape.seed, epoch)
    connect_networks(groups, networks)
    maker = InstanceMaker(shape.seed, epoch, nodes, groups, networks)
    instances, disks = _make_instances(maker, shape.instances)
    cluster = make_cluster(nodes, maker.ports, shape.seed, epoch)
    return {
        "version": CONFIG_VERSION,
        "cluster": cluster,
        "nodes": by_uuid(nodes),
        "nodegroups": by_uuid(groups),
        "instances": by_uuid(instances),
        "networks": by_uuid(network.to_json() for network in networks),
        "disks": by_uuid(disks),
        "filters": by_uuid(make_filter_rules(shape.seed, epoch)),
        "ctime": cluster["ctime"],
        "mtime": epoch,
        "serial_no": cluster["serial_no"] + 4 * len(instances),
    }


def _make_instances(maker: InstanceMaker, count: int) -> tuple[list[JsonObject], list[JsonObject]]:
    instances, disks = [], []
    with _collector_paused():
        for _ in range(count):
            instance, its_disks = maker.make_instance()
            instances.append(instance)
            disks.extend(its_disks)
    return instances, disks


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Without the garbage collector: all that is made is kept, and looking through it again and again is not linear."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def encode_config(config: JsonObject) -> bytes:
    """The bytes of config.data as wconfd writes them: on one line, without blanks, keys in the order given."""
    return orjson.dumps(config)
