"""The wiring of confd's UDP service."""

import time

from twisted.application.service import MultiService

from ganeti_lite.files import read_first_line
from ganeti_lite.serving.source import SnapshotSource
from ganeti_lite.serving.watch import FileWatch, IWatchReactor

from .datagram_turns import ListenUDP
from .drop_log import DropLog
from .hmac_key import HmacKey
from .reply_source import ReplySource
from .settings import Settings
from .settling import Settling
from .udp import ConfdProtocol
from .udp_port import ConfdPort, IDatagramReactor, choose_interface


class IUdpReactor(IDatagramReactor, IWatchReactor):
    """What the service needs of a reactor."""


class UdpService(MultiService):
    """Answers confd requests from what *source* knows, on every node, master or not.

    The port is opened once the configuration has been looked at: a daemon that starts answers no request with an error
    that a moment later would be untrue.
    """

    def __init__(
        self,
        settings: Settings,
        source: SnapshotSource,
        settling: Settling,
        reactor: IUdpReactor,
        listen: ListenUDP | None = None,
    ) -> None:
        super().__init__()
        self._replies = ReplySource(source, settling)
        self._drops = DropLog(reactor)
        key = HmacKey(settings.hmac_key, reactor)
        protocol = ConfdProtocol(key, lambda: self._replies.replies, time.time, self._drops)
        family = settings.paths.ssconf("primary_ip_family")
        self._port = ConfdPort(
            lambda: choose_interface(settings.bind, read_first_line(family)),
            settings.port,
            protocol,
            reactor,
            is_ready=lambda: key.value is not None and source.has_looked,
            listen=listen,
        )
        key.on_change = self._port.review
        for service in (self._port, FileWatch(settings.hmac_key, reactor, key.check)):
            service.setServiceParent(self)

    def follow(self) -> None:
        """Take up what has changed in the source, or is settled now."""
        self._replies.follow()
        self._port.review()

    def stopService(self) -> object:
        """Stop, and tell what has been dropped."""
        self._drops.summarize()
        return super().stopService()
