"""The program ``gnt-cluster``."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.wire.calls import MalformedAnswerError

from .cluster_info import describe_cluster, describe_versions
from .connection import connect_for_queries
from .definitions import Command, Invocation, Outcome, Program
from .program import run_program
from .report import Section, lay_out_report
from .ssconf import read_ssconf


def show_master(invocation: Invocation) -> Outcome:
    """The name of the master node, as this node knows it; no daemon is asked."""
    return Outcome([read_ssconf(GanetiPaths.from_environ(invocation.environ), "master_node")])


def show_cluster(describe: Callable[[Mapping[str, Any]], Section], invocation: Invocation) -> Outcome:
    """A report about the cluster as a whole."""
    with connect_for_queries(invocation.environ) as client:
        info = client.call("QueryClusterInfo", [])
    if not isinstance(info, dict):
        raise MalformedAnswerError("the answer does not describe a cluster")
    try:
        return Outcome(lay_out_report(describe(info)))
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedAnswerError(f"the description of the cluster lacks something: {error}") from error


PROGRAM: Final = Program(
    name="gnt-cluster",
    commands=(
        Command("getmaster", show_master, "", "Shows the name of the master node."),
        Command(
            "info",
            partial(show_cluster, describe_cluster),
            "",
            "Shows the cluster's settings, and the parameters that nodes and instances have by default.",
        ),
        Command(
            "version",
            partial(show_cluster, describe_versions),
            "",
            "Shows which versions of the software and its interfaces the cluster runs.",
        ),
    ),
    missing=frozenset(
        {
            "activate-master-ip",
            "add-tags",
            "command",
            "copyfile",
            "deactivate-master-ip",
            "destroy",
            "epo",
            "init",
            "list-tags",
            "master-failover",
            "master-ping",
            "modify",
            "queue",
            "redist-conf",
            "remove-tags",
            "rename",
            "renew-crypto",
            "repair-disk-sizes",
            "search-tags",
            "show-ispecs-cmd",
            "upgrade",
            "verify",
            "verify-disks",
            "watcher",
        }
    ),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
