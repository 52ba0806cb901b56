"""Options and environment → settings."""

import pytest
from twisted.application.app import ServerOptions
from twisted.python.usage import UsageError

from confd.settings import ConfdOptions, Settings, read_settings
from ganeti_lite.ports import find_confd_port


def settings_of(*argv: str, **environ: str) -> Settings:
    """The settings that a command line and an environment make."""
    options = ConfdOptions()
    options.parseOptions(argv)
    return read_settings(options, environ)


def test_defaults_are_ganetis_paths() -> None:
    """Without options everything is where Ganeti has it."""
    settings = settings_of(GANETI_HOSTNAME="node1.example.com")
    assert settings.config == "/var/lib/ganeti/config.data"
    assert settings.hmac_key == "/var/lib/ganeti/hmac.key"
    assert settings.query_socket == "/var/run/ganeti/socket/ganeti-query"
    assert settings.master_socket == "/var/run/ganeti/socket/ganeti-master"
    assert (settings.bind, settings.port, settings.allow_non_master) == ("", find_confd_port(), False)


def test_root_moves_every_path() -> None:
    """``--root`` is put before every path."""
    settings = settings_of("--root", "/srv/x")
    assert settings.config == "/srv/x/var/lib/ganeti/config.data"
    assert settings.query_socket == "/srv/x/var/run/ganeti/socket/ganeti-query"


def test_environment_gives_the_root_and_the_option_wins() -> None:
    """``GANETI_ROOTDIR`` is the root unless ``--root`` says else."""
    assert settings_of(GANETI_ROOTDIR="/srv/env").paths.root == "/srv/env"
    assert settings_of("--root", "/srv/option", GANETI_ROOTDIR="/srv/env").paths.root == "/srv/option"


def test_single_paths_win_over_the_root() -> None:
    """A path that is given is taken as it is."""
    settings = settings_of("--root", "/srv/x", "--config", "/etc/c", "--query-socket", "/run/q", "--hmac-key", "/k")
    assert (settings.config, settings.query_socket, settings.hmac_key) == ("/etc/c", "/run/q", "/k")
    assert settings_of("--master-socket", "/run/m").master_socket == "/run/m"


@pytest.mark.parametrize("address", ["192.0.2.1", "0.0.0.0", "::", "::1", "fe80::1%eth0"])  # noqa: S104 - nothing listens
def test_listening_address_and_port_are_taken_as_given(address: str) -> None:
    """Any IP address, and any port; 0 is for a free one."""
    settings = settings_of("--bind", address, "--port", "0")
    assert (settings.bind, settings.port) == (address, 0)


def test_hostname_is_that_of_the_environment() -> None:
    """``GANETI_HOSTNAME`` names this node; without it the machine's own name does."""
    assert settings_of(GANETI_HOSTNAME="node7.example.com").hostname == "node7.example.com"
    assert settings_of().hostname


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["--root", "relative"], "absolute path"),
        (["--port", "70000"], "0 to 65535"),
        (["--bind", "node1"], "an IP address"),
        (["--bind", "192.0.2.256"], "an IP address"),
        (["--port", "many"], "0 to 65535"),
        (["--no-such-option"], "no-such-option"),
        (["left-over"], "argument"),
    ],
)
def test_wrong_options_are_refused(argv: list[str], complaint: str) -> None:
    """What cannot be meant is refused with a text that names it."""
    with pytest.raises(UsageError, match=complaint):
        settings_of(*argv)


def test_its_usage_is_told_once() -> None:
    """Below that of twistd, which says itself where the daemon's name belongs; on a terminal of 80 columns."""
    twistd, options = ServerOptions(), ConfdOptions()
    twistd.subCommand, options.parent = "ganeti-confd", twistd
    assert options.getSynopsis().endswith(" [options] ganeti-confd [options]")
    assert options.getSynopsis().count("ganeti-confd") == 1
    assert max(map(len, options.getUsage(80).splitlines())) <= 80
