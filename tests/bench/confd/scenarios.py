"""What is asked, and what it may cost."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ganeti_lite.constants import ConfdRequest

Config = dict[str, Any]

LOOK_UP: Final = 2.0
"""Times that answers of a few look-ups are to come more often than from the real daemon."""

OBJECTS: Final = 50.0
"""The same for whole objects, from :data:`OBJECTS_FROM` instances on."""

OBJECTS_FROM: Final = 1000

OF_ECHO: Final = 0.6
"""The part of an echo's requests a second that a ping is to reach."""

PING_LIMIT: Final = 0.020
"""Seconds: the 99th percentile of pings while something large goes on."""


@frozen
class Question:
    """One request.

    :ivar is_about_objects: whether whole objects are answered.
    """

    title: str
    request_type: ConfdRequest
    query: object
    is_about_objects: bool = False

    def times_faster(self, instances: int) -> float | None:
        """How many times faster than the real daemon it should be on a cluster of that size; None: no such target."""
        if not self.is_about_objects:
            return LOOK_UP
        return OBJECTS if instances >= OBJECTS_FROM else None


def make_questions(config: Config) -> Sequence[Question]:
    """The questions about a made-up cluster: a node and an instance of ordinary size, and an IP that is known."""
    nodes = sorted(config["nodes"].values(), key=lambda node: str(node["name"]))
    node = nodes[min(1, len(nodes) - 1)]["name"]
    with_disks = sorted(item["name"] for item in config["instances"].values() if item["disks"])
    instance = with_disks[len(with_disks) // 2]
    return (
        Question("ping", ConfdRequest.PING, None),
        Question("cluster master", ConfdRequest.CLUSTER_MASTER, None),
        Question("node role", ConfdRequest.NODE_ROLE, node),
        Question("node IPs", ConfdRequest.NODE_IPS, None),
        Question("candidates' IPs", ConfdRequest.CANDIDATE_IPS, None),
        Question("node by instance IP", ConfdRequest.NODE_IP_BY_INSTANCE_IP, {"1": _find_ip(config)}),
        Question("node instances", ConfdRequest.NODE_INSTANCES, node, is_about_objects=True),
        Question("instance disks", ConfdRequest.INSTANCE_DISKS, instance, is_about_objects=True),
    )


def _find_ip(config: Config) -> str:
    """The IP of an instance on the default link."""
    nics = (nic for item in config["instances"].values() for nic in item["nics"])
    return next(str(nic["ip"]) for nic in nics if nic.get("ip") and "link" not in nic["nicparams"])
