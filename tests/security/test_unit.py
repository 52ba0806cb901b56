"""The units for systemd start the daemons as they can be started, and give them no more than they need."""

import shlex
from pathlib import Path
from typing import Final

import pytest
from twisted.scripts._twistd_unix import ServerOptions

from ganeti_lite.noderpc import Limits
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.serving.limits import ClientLimits

FOLDER: Final = Path(__file__).parent.parent.parent / "systemd"
DAEMONS: Final = ("confd", "masterd")


def read_settings(daemon: str) -> dict[str, list[str]]:
    """All values of each setting in a daemon's unit, in order."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / f"ganeti-lite-{daemon}.service").read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("daemon", DAEMONS)
def test_the_command_line_is_understood(daemon: str) -> None:
    """Options of twistd and of the plugin are those that there are, without those of the environment's file."""
    (command,) = read_settings(daemon)["ExecStart"]
    program, *arguments = shlex.split(command.replace(f" ${daemon.upper()}_ARGS", ""))
    assert Path(program).name == "twistd"
    options = ServerOptions()
    options.parseOptions(arguments)
    assert options.subCommand == f"ganeti-{daemon}"
    assert (options["nodaemon"], options["pidfile"]) == (1, "")


@pytest.mark.parametrize("daemon", DAEMONS)
def test_descriptors_suffice(daemon: str) -> None:
    """As many as the defaults of the daemon's own limits need."""
    (limit,) = read_settings(daemon)["LimitNOFILE"]
    nodes = Limits()
    assert int(limit) > ClientLimits().connections + nodes.connections + nodes.slow_connections


@pytest.mark.parametrize("daemon", DAEMONS)
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
def test_what_they_are_denied(daemon: str, key: str, value: str) -> None:
    """They are not root, cannot become it, write nowhere else, and speak no other protocols."""
    assert read_settings(daemon)[key] == [value]


def test_the_job_daemon_may_write_what_it_writes() -> None:
    """The queue, the configuration, its socket and its livelock are below what is not read-only."""
    (places,) = read_settings("masterd")["ReadWritePaths"]
    paths = GanetiPaths("/")
    for path in (paths.queue_dir, paths.config_data, paths.master_socket, paths.livelock_dir):
        assert any(Path(path.replace("/var/run/", "/run/")).is_relative_to(place) for place in places.split()), path
