"""What is measured: a made-up cluster on disk, and the daemons that can serve it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, build_config, replace_config, write_config
from tests.interop.isolated import LUXID, our_daemon, real_daemon

DEBIAN_COMMAND: Final = Path("/usr/sbin/gnt-instance")


@frozen
class Server:
    """A query daemon.

    :ivar start: runs it on a cluster's own query socket for as long as the block lasts.
    """

    name: str
    start: Callable[[ClusterPaths], AbstractContextManager[Path]]


OURS: Final = Server("ours", lambda paths: our_daemon(paths, paths.query_socket))
REAL: Final = Server("luxid", real_daemon)


def why_without_real() -> str | None:
    """Why the real daemon cannot be measured here; None where it can."""
    if not LUXID.exists():
        return f"the real daemon is not measured: there is no {LUXID} (Debian's package ganeti)"
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return "the real daemon is not measured: that needs root and unshare"
    return None


@frozen
class BenchCluster:
    """A cluster on disk.

    :ivar config: what config.data held at first.
    :ivar instance: the name of one of its instances.
    """

    shape: ClusterShape
    paths: ClusterPaths
    config: dict[str, Any]
    instance: str

    def restore(self) -> None:
        """Puts config.data back as it was at first."""
        replace_config(self.paths.config, self.config)


@contextmanager
def cluster_on_disk(shape: ClusterShape) -> Iterator[BenchCluster]:
    """A made-up cluster in a temporary directory, removed with the block."""
    with TemporaryDirectory(prefix="bench-") as folder:
        config = build_config(shape)
        paths = write_config(Path(folder) / MASTER_NAME, config)
        names = sorted(instance["name"] for instance in config["instances"].values())
        yield BenchCluster(shape, paths, config, names[len(names) // 2])
