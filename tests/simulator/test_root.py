"""The files of a made-up cluster."""

import json
import stat
from pathlib import Path

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterPaths, ClusterShape, build_config, write_cluster


def mode_of(path: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def paths(tmp_path: Path) -> ClusterPaths:
    """The default cluster on disk."""
    return write_cluster(tmp_path / MASTER_NAME, ClusterShape())


def test_files_and_directories_have_ganetis_modes(paths: ClusterPaths) -> None:
    """What a daemon's user may read or write is as on a real master."""
    modes = {
        paths.config: 0o640,
        paths.hmac_key: 0o440,
        paths.ssconf("node_list"): 0o444,
        paths.queue_dir: 0o750,
        paths.queue_dir / "serial": 0o640,
        paths.query_socket.parent: 0o770,
        paths.log_dir: 0o770,
    }
    assert {path: mode_of(path) for path in modes} == modes


def test_config_data_is_the_configuration_of_the_shape(paths: ClusterPaths) -> None:
    """The file holds what the generator makes of the same shape."""
    assert json.loads(paths.config.read_bytes()) == build_config(ClusterShape())


def test_the_key_is_forty_digits_and_a_newline(paths: ClusterPaths) -> None:
    """The key has the form of Ganeti's."""
    key = paths.hmac_key.read_bytes()
    assert len(key) == 41
    assert key.endswith(b"\n")
    assert int(key, 16)


def test_the_environment_points_at_the_cluster(paths: ClusterPaths) -> None:
    """Ganeti's variables name the root and the master, whose name is the root's last part."""
    assert paths.environment() == {"GANETI_ROOTDIR": str(paths.root), "GANETI_HOSTNAME": "node1.example.com"}
    assert paths.ssconf("master_node").read_text() == "node1.example.com\n"
    assert paths.root.name == "node1.example.com"


def test_a_cluster_may_be_written_over_another(paths: ClusterPaths) -> None:
    """Read-only files of an earlier cluster are no obstacle."""
    write_cluster(paths.root, ClusterShape(nodes=2))
    assert paths.ssconf("node_list").read_text() == "node1.example.com\nnode2.example.com\n"
