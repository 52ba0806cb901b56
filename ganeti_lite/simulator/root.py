"""A made-up cluster on disk: the directories and files that a master node of Ganeti has under its root."""

from pathlib import Path
from typing import Final

import attrs

from ganeti_lite.paths import GanetiPaths

from ._draws import Draws
from ._names import MASTER_NAME
from ._objects import JsonObject
from ._ssconf import ssconf_values
from .cluster import ClusterShape, build_config, encode_config

_DIRECTORIES: Final = (
    ("etc/default", 0o755),
    ("etc/ganeti", 0o755),
    ("srv/ganeti", 0o755),
    ("var/lib/ganeti", 0o755),
    ("var/lib/ganeti/queue", 0o750),
    ("var/lib/ganeti/queue/archive", 0o750),
    ("var/lock", 0o755),
    ("var/log/ganeti", 0o770),
    ("var/run/ganeti", 0o775),
    ("var/run/ganeti/livelocks", 0o750),
    ("var/run/ganeti/luxidmessages", 0o750),
    ("var/run/ganeti/socket", 0o770),
)
"""With the modes that Ganeti gives them; the owner is whoever makes the cluster."""


@attrs.frozen
class ClusterPaths:
    """Where the files of a made-up cluster are.

    :ivar root: what GANETI_ROOTDIR is to name.
    :ivar master_name: the master node's full name, as GANETI_HOSTNAME is to give it.
    """

    root: Path
    master_name: str = MASTER_NAME

    @property
    def config(self) -> Path:
        return Path(self._ganeti.config_data)

    @property
    def hmac_key(self) -> Path:
        return Path(self._ganeti.hmac_key)

    @property
    def queue_dir(self) -> Path:
        return Path(self._ganeti.queue_dir)

    @property
    def query_socket(self) -> Path:
        return Path(self._ganeti.query_socket)

    @property
    def master_socket(self) -> Path:
        return Path(self._ganeti.master_socket)

    @property
    def server_pem(self) -> Path:
        """The cluster's certificate and its key."""
        return self.root / "var/lib/ganeti/server.pem"

    @property
    def client_pem(self) -> Path:
        """This node's own."""
        return self.root / "var/lib/ganeti/client.pem"

    @property
    def node_control(self) -> Path:
        """The control socket of simulated node daemons, of which Ganeti knows nothing."""
        return self.query_socket.with_name("node-control")

    @property
    def log_dir(self) -> Path:
        return self.root / "var/log/ganeti"

    def ssconf(self, key: str) -> Path:
        return Path(self._ganeti.ssconf(key))

    def environment(self) -> dict[str, str]:
        """The variables that send daemons and commands to this cluster, as on its master node."""
        return {"GANETI_ROOTDIR": str(self.root), "GANETI_HOSTNAME": self.master_name}

    @property
    def _ganeti(self) -> GanetiPaths:
        return GanetiPaths(str(self.root))


def write_cluster(root: Path, shape: ClusterShape) -> ClusterPaths:
    """Makes up a cluster of that shape and writes its files under ``root``, with Ganeti's modes.

    Ganeti's own commands take ``root`` only if its last part is the master's name.

    :raises OSError: a file or directory cannot be made.
    """
    return write_config(root, build_config(shape), shape.seed)


def write_config(root: Path, config: JsonObject, seed: int = 1) -> ClusterPaths:
    """Writes the files of a cluster of the given configuration under ``root``.

    :param seed: what the made-up key is drawn from.
    :raises OSError: a file or directory cannot be made.
    """
    paths = ClusterPaths(root)
    for name, mode in _DIRECTORIES:
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name).chmod(mode)
    _write(paths.hmac_key, f"{Draws(seed, 'keys').hex_digits(40)}\n".encode(), 0o440)
    _write(paths.queue_dir / "serial", b"0\n", 0o640)
    _write(paths.queue_dir / "version", b"1\n", 0o640)
    for key, text in ssconf_values(config).items():
        _write(paths.ssconf(key), text.encode(), 0o444)
    _write(paths.config, encode_config(config), 0o640)
    return paths


def _write(path: Path, content: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
