"""The daemon started as root by twistd's options: as another user from the moment on at which it opens anything."""

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from ganeti_lite.simulator import ClusterPaths, replace_config, write_cluster
from tests.confd.daemons import Daemon, await_true, command_line, environment_of
from tests.confd.test_daemon import SHAPE, config_with
from tests.interop.processes import read_log, serving

NOBODY: Final = 65534


def give_away(paths: ClusterPaths) -> None:
    """Let all files of a cluster belong to nobody, and others at least pass."""
    for folder, _, files in os.walk(paths.root):
        for name in (".", *files):
            os.chown(f"{folder}/{name}", NOBODY, NOBODY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_is_given_up() -> None:
    """With --uid and --gid the process is that user's, so is its socket; it reads, follows changes, and answers."""
    with TemporaryDirectory(prefix="gl") as name:
        os.chmod(name, 0o711)  # noqa: S103 - another user is to pass
        paths = write_cluster(Path(name) / "node1.example.com", SHAPE)
        give_away(paths)
        command = command_line(paths)
        command[1:1] = ["--uid", str(NOBODY), "--gid", str(NOBODY)]
        log = Path(name) / "log"
        with serving(command, path=paths.query_socket, log=log, environment=environment_of(paths.master_name)) as it:
            daemon = Daemon(paths, log, it.pid)
            replace_config(paths.config, config_with(7))
            os.chown(paths.config, NOBODY, NOBODY)
            assert daemon.serial() == 7
            status = dict(line.split(":", 1) for line in Path(f"/proc/{it.pid}/status").read_text().splitlines())
            assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(NOBODY)}
            assert int(status["CapEff"], 16) == 0
            assert paths.query_socket.lstat().st_uid == NOBODY
            assert stat.S_IMODE(paths.query_socket.lstat().st_mode) == 0o660
            await_true(lambda: "answering confd requests" in read_log(log), "datagrams are answered")
            assert "Traceback" not in read_log(log)
