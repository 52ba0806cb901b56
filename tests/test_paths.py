"""Where things are."""

import pytest

from ganeti_lite.paths import GanetiPaths


@pytest.mark.parametrize(
    ("environ", "query_socket"),
    [
        ({}, "/var/run/ganeti/socket/ganeti-query"),
        ({"GANETI_ROOTDIR": ""}, "/var/run/ganeti/socket/ganeti-query"),
        ({"GANETI_ROOTDIR": "/srv/node1"}, "/srv/node1/var/run/ganeti/socket/ganeti-query"),
        ({"GANETI_ROOTDIR": "/srv/node1/"}, "/srv/node1/var/run/ganeti/socket/ganeti-query"),
    ],
)
def test_root(environ: dict[str, str], query_socket: str) -> None:
    """GANETI_ROOTDIR is put in front of every path."""
    assert GanetiPaths.from_environ(environ).query_socket == query_socket


def test_ganetis_places() -> None:
    """The files are where Ganeti has them."""
    paths = GanetiPaths()
    assert paths.config_data == "/var/lib/ganeti/config.data"
    assert paths.hmac_key == "/var/lib/ganeti/hmac.key"
    assert paths.ssconf("master_node") == "/var/lib/ganeti/ssconf_master_node"
    assert paths.queue_dir == "/var/lib/ganeti/queue"
    assert paths.watcher_pause == "/var/lib/ganeti/watcher.pause"
    assert paths.master_socket == "/var/run/ganeti/socket/ganeti-master"
    assert {paths.data_dir, paths.socket_dir} == {"/var/lib/ganeti", "/var/run/ganeti/socket"}


@pytest.mark.parametrize(
    ("root", "told"),
    [
        ("/", "/var/lib/ganeti/queue"),
        ("/srv/node1", "/###-VIRTUAL-PATH-###,/var/lib/ganeti/queue"),
        ("/srv/node1/", "/###-VIRTUAL-PATH-###,/var/lib/ganeti/queue"),
    ],
)
def test_paths_for_other_nodes(root: str, told: str) -> None:
    """In a virtual cluster they have a prefix in place of the root."""
    paths = GanetiPaths(root)
    assert paths.on_any_node(paths.queue_dir) == told
