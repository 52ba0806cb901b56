"""The program ``gnt-cluster``."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import TagKind

from .definitions import Program
from .loading import lazily, load_tag_commands
from .program import run_program

PROGRAM: Final = Program(
    name="gnt-cluster",
    loaders={
        **load_tag_commands(TagKind.CLUSTER, ""),
        "getmaster": lazily("cluster.commands", "GETMASTER"),
        "info": lazily("cluster.commands", "INFO"),
        "master-ping": lazily("cluster.commands", "MASTER_PING"),
        "modify": lazily("cluster.modify", "MODIFY"),
        "queue": lazily("cluster.commands", "QUEUE"),
        "search-tags": lazily("cluster.commands", "SEARCH_TAGS"),
        "version": lazily("cluster.commands", "VERSION"),
        "watcher": lazily("cluster.commands", "WATCHER"),
    },
    missing=frozenset(
        {
            "activate-master-ip",
            "command",
            "copyfile",
            "deactivate-master-ip",
            "destroy",
            "epo",
            "init",
            "master-failover",
            "redist-conf",
            "rename",
            "renew-crypto",
            "repair-disk-sizes",
            "show-ispecs-cmd",
            "upgrade",
            "verify",
            "verify-disks",
        }
    ),
    aliases={"show": "info"},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
