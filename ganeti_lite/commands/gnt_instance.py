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
        "activate-disks": lazily("instance_changes", "ACTIVATE_DISKS"),
        "add": lazily("instance_add", "ADD"),
        "console": lazily("consoles", "CONSOLE"),
        "deactivate-disks": lazily("instance_changes", "DEACTIVATE_DISKS"),
        "info": lazily("instance_info", "INFO"),
        "modify": lazily("instance_modify", "MODIFY"),
        "reboot": lazily("instance_power", "REBOOT"),
        "remove": lazily("instance_changes", "REMOVE"),
        "rename": lazily("instance_changes", "RENAME"),
        "shutdown": lazily("instance_power", "SHUTDOWN"),
        "startup": lazily("instance_power", "STARTUP"),
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
