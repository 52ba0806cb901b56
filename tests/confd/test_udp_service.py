"""When a daemon that starts begins to answer datagrams."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet.defer import maybeDeferred
from zope.interface import implementer

from confd.settings import ConfdOptions, Settings, read_settings
from confd.settling import Settling
from confd.udp_service import IUdpReactor, UdpService
from ganeti_lite.serving.source import SnapshotSource
from tests.doubles.clusters import config_bytes
from tests.doubles.manual_runner import ManualRunner
from tests.doubles.udp import MemoryDatagramReactor
from tests.doubles.watching import WatchingClock


@implementer(IUdpReactor)
class ServiceReactor(MemoryDatagramReactor, WatchingClock):
    """Has ports and files to watch."""


def settings_of(root: Path) -> Settings:
    """What a daemon without options is told."""
    options = ConfdOptions()
    options.parseOptions(["--root", str(root)])
    return read_settings(options, {})


class Starting:
    """A node that has a key, and whose configuration is loaded when the test says so."""

    def __init__(self, root: Path) -> None:
        self.reactor = ServiceReactor()
        settings = settings_of(root)
        self.config, key = Path(settings.config), Path(settings.hmac_key)
        self.config.parent.mkdir(parents=True)
        key.write_bytes(b"a key\n")
        self.runner = ManualRunner()
        self.source = SnapshotSource(settings.config, self.reactor, self.runner)
        settling = Settling(self.source, self.reactor, maybeDeferred)
        self.service = UdpService(settings, self.source, settling, self.reactor)
        self.source.on_change = self.service.follow

    def is_open(self) -> bool:
        """Whether datagrams come in."""
        return any(self.reactor.open_ports())


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Starting]:
    """A node whose service has been started."""
    node = Starting(tmp_path)
    node.service.startService()
    yield node
    node.service.stopService()


@pytest.mark.parametrize("content", [config_bytes(), b"{", None], ids=["good", "broken", "missing"])
def test_nothing_is_answered_before_the_configuration_was_looked_at(starting: Starting, content: bytes | None) -> None:
    """Until then a reply could only be an error that the client, who is not asked again, would take for the truth."""
    if content is not None:
        starting.config.write_bytes(content)
    starting.source.check()
    assert not starting.is_open()
    starting.runner.run_all()
    assert starting.is_open()
