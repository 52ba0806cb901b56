"""The stand-in for ssh finds the command behind options and host."""

import pytest

from .ssh_stand_in import remote_command


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["node1", "true"], "true"),
        (["-q", "-oBatchMode=yes", "root@node1", "echo", "a b"], "echo a b"),
        (["-o", "Port=22", "-p", "22", "-l", "root", "node1", "-x", "date"], "-x date"),
        (["node1"], ""),
        ([], ""),
    ],
)
def test_remote_command(arguments: list[str], command: str) -> None:
    """What comes behind the host is one line for the shell there, as ssh has it."""
    assert remote_command(arguments) == command
