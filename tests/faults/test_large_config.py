"""A configuration of 200 MB."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ganeti_lite.simulator import MASTER_NAME, ClusterShape, build_config, replace_config, write_config
from tests.bench.confd.client import ping_while
from tests.confd.daemons import Daemon, running
from tests.interop.confd_daemons import find_udp_port
from tests.interop.luxi import Connection

SHAPE = ClusterShape(nodes=4000, instances=110_000)
MEMORY_KIB = 4 * 1024 * 1024
PING_LIMIT = 0.1
"""Seconds that a datagram may wait while such a file is loaded."""


def ask_for_name(daemon: Daemon) -> str:
    """The cluster's name; loading may take long."""
    with Connection(daemon.paths.query_socket, seconds=120) as connection:
        return str(connection.ask("QueryConfigValues", [["cluster_name"]]).result[0])


@pytest.mark.bench
def test_two_hundred_megabytes() -> None:
    """It is loaded within half a minute, a change of it too, in bounded memory; meanwhile datagrams are answered."""
    with TemporaryDirectory(prefix="gl") as name:
        config = build_config(SHAPE)
        paths = write_config(Path(name) / MASTER_NAME, config)
        size = paths.config.stat().st_size
        assert size > 190e6
        started = time.monotonic()
        with running(paths) as daemon:
            assert ask_for_name(daemon) == config["cluster"]["cluster_name"]
            loaded = time.monotonic()
            changed = {**config, "cluster": {**config["cluster"], "cluster_name": "renamed.example.com"}}

            def change() -> None:
                replace_config(paths.config, changed)
                assert ask_for_name(daemon) == "renamed.example.com"

            port = find_udp_port(daemon.log)
            pings = ping_while(port, paths.hmac_key.read_bytes(), change)
            memory = daemon.memory()
        print(
            f"\n{size / 1e6:.0f} MB: first answer after {loaded - started:.1f} s, {memory / 1024:.0f} MiB; "
            f"pings during a reload: median {pings.median * 1000:.1f} ms, 99 % {pings.percentile_99 * 1000:.1f} ms"
        )
        assert loaded - started < 30
        assert memory < MEMORY_KIB
        assert pings.percentile_99 < PING_LIMIT
