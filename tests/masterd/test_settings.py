"""What the job daemon is told, and whether its manual page says the same."""

import re
from pathlib import Path

import pytest
from twisted.application.app import ServerOptions
from twisted.python.usage import UsageError

from ganeti_lite.masterd.settings import MasterdOptions, MasterdSettings, read_settings
from ganeti_lite.masterd.units.tables import UNITS

PAGE = Path(__file__).parent.parent.parent / "man" / "ganeti-masterd.8.rst"


def settings_of(*argv: str, **environ: str) -> MasterdSettings:
    """The settings of a command line."""
    options = MasterdOptions()
    options.parseOptions(list(argv))
    return read_settings(options, environ)


def test_defaults_are_ganetis() -> None:
    """Its socket below the root; queries are answered, and the nodes are asked who the master is."""
    settings = settings_of("--root", "/cluster", GANETI_HOSTNAME="node1")
    assert settings.socket == "/cluster/var/run/ganeti/socket/ganeti-master"
    assert (settings.answers_queries, settings.votes, settings.hostname) == (True, True, "node1")


def test_the_vote_is_left_out_on_purpose_only() -> None:
    """One option alone is no confirmation."""
    assert settings_of("--no-voting", "--yes-do-it").votes is False
    for lonely in ("--no-voting", "--yes-do-it"):
        with pytest.raises(UsageError, match="only taken together"):
            settings_of(lonely)


def test_every_option_is_in_the_page_and_none_is_in_the_page_only() -> None:
    """The options that the page explains are those that the daemon has; twistd adds help and version."""
    explained = set(re.findall(r"--(\w[\w-]*)(?: [A-Z]+)?(?:\n  |, )", PAGE.read_text(encoding="utf-8")))
    rows = [*MasterdOptions.optParameters, *MasterdOptions.optFlags]
    assert explained == {str(row[0]) for row in rows} | {"help", "version"}


def test_every_opcode_is_in_the_page_and_none_is_in_the_page_only() -> None:
    """An administrator sees what will be refused before somebody needs it."""
    assert set(re.findall(r"\bOP_\w+", PAGE.read_text(encoding="utf-8"))) == UNITS.keys()


def test_its_usage_is_told_once() -> None:
    """Below that of twistd, which says itself where the daemon's name belongs; on a terminal of 80 columns."""
    twistd, options = ServerOptions(), MasterdOptions()
    twistd.subCommand, options.parent = "ganeti-masterd", twistd
    assert options.getSynopsis().endswith(" [options] ganeti-masterd [options]")
    assert options.getSynopsis().count("ganeti-masterd") == 1
    assert max(map(len, options.getUsage(80).splitlines())) <= 80
