"""Where Ganeti keeps its files and sockets, below a root that is ``/`` except in virtual clusters.

Pure: nothing here looks at a file. Paths are strings, since :mod:`pathlib` would cost a listing a tenth of its time.
Source: Ganeti 3.0 as Debian builds it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

VIRTUAL_PREFIX: Final = "/###-VIRTUAL-PATH-###,"
"""What a path begins with that stands for one below the root of whichever node reads it."""


class GanetiPaths(NamedTuple):
    """The paths below one root.

    :ivar root: absolute; ``/`` for a real cluster, ``GANETI_ROOTDIR`` for a node of a virtual one.
    """

    root: str = "/"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "GanetiPaths":
        """The paths that the environment variable ``GANETI_ROOTDIR``, if set, chooses."""
        return cls(environ.get("GANETI_ROOTDIR") or "/")

    @property
    def data_dir(self) -> str:
        return self._below("var/lib/ganeti")

    @property
    def config_data(self) -> str:
        """The configuration of the cluster."""
        return self._below("var/lib/ganeti/config.data")

    @property
    def hmac_key(self) -> str:
        """The key that signs confd's datagrams."""
        return self._below("var/lib/ganeti/hmac.key")

    @property
    def queue_dir(self) -> str:
        """The job files."""
        return self._below("var/lib/ganeti/queue")

    @property
    def drain_flag(self) -> str:
        """A file that is there while the queue takes no new jobs."""
        return self._below("var/lib/ganeti/queue/drain")

    @property
    def watcher_pause(self) -> str:
        """Until when the watcher pauses, as seconds since 1970; there only while it may."""
        return self._below("var/lib/ganeti/watcher.pause")

    def ssconf(self, key: str) -> str:
        """A file with one of the values that every node knows, one a line."""
        return self._below(f"var/lib/ganeti/ssconf_{key}")

    @property
    def run_dir(self) -> str:
        return self._below("var/run/ganeti")

    @property
    def livelock_dir(self) -> str:
        """Files that whoever carries jobs out keeps locked for as long as it lives."""
        return self._below("var/run/ganeti/livelocks")

    @property
    def log_dir(self) -> str:
        return self._below("var/log/ganeti")

    @property
    def socket_dir(self) -> str:
        return self._below("var/run/ganeti/socket")

    @property
    def query_socket(self) -> str:
        """Where queries are answered."""
        return self._below("var/run/ganeti/socket/ganeti-query")

    @property
    def master_socket(self) -> str:
        """Where jobs are taken."""
        return self._below("var/run/ganeti/socket/ganeti-master")

    @property
    def wconfd_socket(self) -> str:
        """Where the daemon that keeps Ganeti 3's locks is asked."""
        return self._below("var/run/ganeti/socket/ganeti-wconfd")

    def on_any_node(self, path: str) -> str:
        """How node daemons are told of one of these paths: in virtual clusters each puts its own root in front."""
        root = self.root.rstrip("/")
        return VIRTUAL_PREFIX + path.removeprefix(root) if root else path

    def _below(self, path: str) -> str:
        return f"{self.root.rstrip('/')}/{path}"
