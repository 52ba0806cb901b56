"""The program ``gnt-instance``."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.constants import TagKind

from .definitions import Program
from .listing import list_command, list_fields_command
from .loading import lazily, load_tag_commands
from .program import run_program
from .resources import INSTANCE

PROGRAM: Final = Program(
    name="gnt-instance",
    loaders={
        "list": lambda: list_command(INSTANCE),
        "list-fields": lambda: list_fields_command(INSTANCE),
        **load_tag_commands(TagKind.INSTANCE, "<instance-name>"),
        "activate-disks": lazily("instances.changes", "ACTIVATE_DISKS"),
        "add": lazily("instances.add", "ADD"),
        "console": lazily("instances.console", "CONSOLE"),
        "deactivate-disks": lazily("instances.changes", "DEACTIVATE_DISKS"),
        "info": lazily("instances.info", "INFO"),
        "modify": lazily("instances.modify", "MODIFY"),
        "reboot": lazily("instances.power", "REBOOT"),
        "remove": lazily("instances.changes", "REMOVE"),
        "rename": lazily("instances.changes", "RENAME"),
        "shutdown": lazily("instances.power", "SHUTDOWN"),
        "startup": lazily("instances.power", "STARTUP"),
    },
    missing=frozenset(
        {
            "batch-create",
            "change-group",
            "failover",
            "grow-disk",
            "migrate",
            "move",
            "recreate-disks",
            "reinstall",
            "replace-disks",
        }
    ),
    aliases={"show": "info", "start": "startup", "stop": "shutdown"},
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; ``argv`` is the command line without the program name."""
    return run_program(PROGRAM, argv)
