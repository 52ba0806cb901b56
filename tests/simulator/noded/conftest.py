"""A small cluster with certificates, and its daemons; tests leave them without faults and as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, write_cluster
from ganeti_lite.simulator.certificates import ClusterCertificates
from ganeti_lite.simulator.certification import write_certificates

from .serving import Serving, serving

SHAPE = ClusterShape(nodes=4, instances=20, groups=2, networks=1)


@pytest.fixture(scope="session")
def paths(tmp_path_factory: pytest.TempPathFactory) -> ClusterPaths:
    """The cluster's files."""
    return write_cluster(tmp_path_factory.mktemp("nodes") / MASTER_NAME, SHAPE)


@pytest.fixture(scope="session")
def certificates(paths: ClusterPaths) -> ClusterCertificates:
    """Its certificates, which are on disk, too."""
    return write_certificates(paths)


@pytest.fixture(scope="package")  # not longer: what others log meanwhile would count
def running(paths: ClusterPaths, certificates: ClusterCertificates) -> Iterator[Serving]:
    """Its node daemons."""
    with serving(paths) as served:
        yield served


@pytest.fixture
def nodes(running: Serving) -> Iterator[Serving]:
    """The same, without faults and counts."""
    running.run(running.daemons.forget_traffic)
    yield running
    running.order()


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """Where a test may put a certificate."""
    return tmp_path / "own.pem"
