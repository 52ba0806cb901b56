"""A daemon on a small made-up cluster, whose files and process a test may do anything to."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ganeti_lite.simulator import ClusterPaths, write_cluster
from tests.confd.daemons import Daemon, running
from tests.confd.test_daemon import SHAPE


@pytest.fixture(scope="module")
def paths() -> Iterator[ClusterPaths]:
    """The files of a cluster, in a directory whose path is short enough for sockets below it."""
    with TemporaryDirectory(prefix="gl") as name:
        yield write_cluster(Path(name) / "node1.example.com", SHAPE)


@pytest.fixture(scope="module")
def daemon(paths: ClusterPaths) -> Iterator[Daemon]:
    """A daemon that the tests of a module share; each leaves it and its files in order."""
    with running(paths) as started:
        yield started
