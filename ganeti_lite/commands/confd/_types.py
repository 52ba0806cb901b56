"""The types of requests: a word for each, what may follow it, and how its answer is shown."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.wire.confd import Query

from ._answers import (
    show_any,
    show_collectors,
    show_disks,
    show_instances,
    show_node_ips,
    show_role,
    show_rows,
)
from ._queries import FIELD_WORDS, read_fields, read_ips, read_link, read_name, read_nothing


class ConfdCommand(NamedTuple):
    """One type of request.

    :ivar synopsis: what may follow the word.
    :ivar read_query: makes the query of what follows the word, and of the NIC link if one is given; raises
        :class:`WrongQueryError`.
    :ivar show: the lines that show an answer to a query.
    """

    request_type: ConfdRequest
    word: str
    synopsis: str
    summary: str
    read_query: Callable[[Sequence[str], str | None], Query]
    show: Callable[[Any, Query], Iterator[str]]


def find_command(word: str) -> ConfdCommand | None:
    """The type of request that *word* names: its word, or its number."""
    return next((each for each in COMMANDS if word in (each.word, str(each.request_type.value))), None)


COMMANDS: Final = (
    ConfdCommand(ConfdRequest.PING, "ping", "", "the version of the configuration's format", read_nothing, show_any),
    ConfdCommand(ConfdRequest.NODE_ROLE, "node-role", "NODE", "a node's role", partial(read_name, "a node"), show_role),
    ConfdCommand(
        ConfdRequest.NODE_IP_BY_INSTANCE_IP,
        "node-ip",
        "IP...",
        "IPs of the nodes that run the instances of these",
        read_ips,
        show_node_ips,
    ),
    ConfdCommand(
        ConfdRequest.CLUSTER_MASTER,
        "cluster-master",
        "[FIELD...]",
        f"the master: {', '.join(FIELD_WORDS)}",
        read_fields,
        show_any,
    ),
    ConfdCommand(ConfdRequest.NODE_IPS, "node-ips", "", "primary IPs of all nodes", read_nothing, show_any),
    ConfdCommand(
        ConfdRequest.CANDIDATE_IPS, "candidate-ips", "", "primary IPs of the master candidates", read_nothing, show_any
    ),
    ConfdCommand(
        ConfdRequest.INSTANCE_IPS, "instance-ips", "[LINK]", "IPs of the instances on a link", read_link, show_any
    ),
    ConfdCommand(
        ConfdRequest.NODE_DRBD,
        "node-drbd",
        "NODE",
        "the DRBD devices on a node",
        partial(read_name, "a node"),
        show_rows,
    ),
    ConfdCommand(
        ConfdRequest.NODE_INSTANCES,
        "node-instances",
        "NODE",
        "the primary and secondary instances of a node",
        partial(read_name, "a node"),
        show_instances,
    ),
    ConfdCommand(
        ConfdRequest.INSTANCE_DISKS,
        "instance-disks",
        "INSTANCE",
        "the disks of an instance",
        partial(read_name, "an instance"),
        show_disks,
    ),
    ConfdCommand(
        ConfdRequest.CONFIG_QUERY,
        "config",
        "PATH",
        "part of the configuration, such as /cluster/tags",
        partial(read_name, "a path"),
        show_any,
    ),
    ConfdCommand(
        ConfdRequest.DATA_COLLECTORS,
        "data-collectors",
        "",
        "settings of the data collectors",
        read_nothing,
        show_collectors,
    ),
)
"""Every type, by number."""
