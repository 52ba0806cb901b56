"""The unit for systemd starts the daemon as it can be started, and gives it no more than it needs."""

import shlex
from pathlib import Path
from typing import Final

import pytest
from twisted.scripts._twistd_unix import ServerOptions

from ganeti_lite.noderpc import Limits
from ganeti_lite.serving.limits import ClientLimits

UNIT: Final = Path(__file__).parent.parent.parent / "systemd" / "ganeti-lite-confd.service"


def read_settings(path: Path) -> dict[str, list[str]]:
    """All values of each setting, in order."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(key, []).append(value)
    return found


def test_the_command_line_is_understood() -> None:
    """Options of twistd and of the plugin are those that there are, without those of the environment's file."""
    (command,) = read_settings(UNIT)["ExecStart"]
    program, *arguments = shlex.split(command.replace(" $CONFD_ARGS", ""))
    assert Path(program).name == "twistd"
    options = ServerOptions()
    options.parseOptions(arguments)
    assert options.subCommand == "ganeti-confd"
    assert (options["nodaemon"], options["pidfile"]) == (1, "")


def test_descriptors_suffice() -> None:
    """As many as the defaults of the daemon's own limits need."""
    (limit,) = read_settings(UNIT)["LimitNOFILE"]
    nodes = Limits()
    assert int(limit) > ClientLimits().connections + nodes.connections + nodes.slow_connections


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("User", "gnt-masterd"),
        ("CapabilityBoundingSet", ""),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ],
)
def test_what_it_is_denied(key: str, value: str) -> None:
    """It is not root, cannot become it, writes nowhere else, and speaks no other protocols."""
    assert read_settings(UNIT)[key] == [value]
