"""The real query daemon and ours on the same configuration, each with a root of its own for command line tools."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths

from .compare import Pair
from .isolated import lay_out, our_daemon, real_daemon
from .luxi import Connection


@frozen
class SideBySide:
    """Two daemons that answer from one config.data.

    :ivar name: which configuration, for reports
    :ivar real: the root with the real daemon's socket
    :ivar ours: a root that differs in nothing but that ours listens there
    """

    name: str
    real: ClusterPaths
    ours: ClusterPaths

    @contextmanager
    def pair(self) -> Iterator[Pair]:
        """A client of each."""
        with Connection(self.real.query_socket) as real, Connection(self.ours.query_socket) as ours:
            yield Pair(self.name, real, ours)


def mirror(paths: ClusterPaths, folder: Path) -> ClusterPaths:
    """A root in ``folder`` that shows the files of another one, but has a folder for sockets of its own."""
    mirrored = ClusterPaths(folder / paths.master_name, paths.master_name)
    mirrored.query_socket.parent.mkdir(parents=True)
    for part in ("etc", "srv", "var/lib", "var/lock", "var/log"):
        (mirrored.root / part).symlink_to(paths.root / part)
    return mirrored


@contextmanager
def beside(name: str, real: ClusterPaths, folder: Path) -> Iterator[SideBySide]:
    """Our daemon beside a real one that is there already; ``folder`` is for our socket."""
    ours = mirror(real, folder)
    with our_daemon(real, ours.query_socket):
        yield SideBySide(name, real, ours)


@contextmanager
def both(name: str, config: bytes, folder: Path) -> Iterator[SideBySide]:
    """Both daemons alone on a configuration, below ``folder``."""
    paths = lay_out(folder / "real", config)
    with real_daemon(paths), beside(name, paths, folder / "ours") as daemons:
        yield daemons
