"""The daemons started as root: as another user from the moment on at which they open anything of the cluster's."""

import json
import os
import pwd
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from ganeti_lite.constants import ExitCode
from ganeti_lite.simulator import ClusterPaths, replace_config, write_cluster
from tests.confd.test_daemon import SHAPE, config_with
from tests.interop.processes import read_log
from tests.masterd.daemons import JobCluster, job_cluster
from tests.masterd.test_daemon import DELAY, start_in_vain

from .other_users import TAG, Rights, passable_folder, query_daemon

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

OWNER: Final = pwd.getpwnam("nobody")
"""Whom the files are given to."""

OTHER: Final = pwd.getpwuid(1)
"""Who is named by options; his rights to the files are those of their group."""

AS_OTHER: Final = ("--uid", str(OTHER.pw_uid), "--gid", str(OWNER.pw_gid))

NAMED: Final[dict[str, Any]] = {
    "OP_ID": "OP_INSTANCE_CREATE",
    "instance_name": "localhost",
    "mode": "create",
    "disk_template": "diskless",
    "disks": [],
    "nics": [],
    "os_type": "noop",
    "pnode": "node2.example.com",
    "start": False,
}
"""A job that is refused when it has looked up a name."""


def give_away(paths: ClusterPaths) -> None:
    """Let all files of a cluster belong to :data:`OWNER` and his group, which may do what he may."""
    for folder, _, files in os.walk(paths.root):
        os.chmod(folder, 0o770)  # noqa: S103 - his group is to
        for name in (".", *files):
            os.chown(f"{folder}/{name}", OWNER.pw_uid, OWNER.pw_gid)


@contextmanager
def job_daemon(*twistd: str) -> Iterator[JobCluster]:
    """The job daemon on files that were given away, with options of twistd."""
    with passable_folder() as folder, job_cluster(folder) as cluster:
        give_away(cluster.paths)
        cluster.start(twistd=twistd)
        yield cluster


@pytest.fixture
def told_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Daemons tell each module that they import."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")


def late_imports(log: Path) -> list[str]:
    """The modules that a daemon has imported after it had become somebody else, who may not be able to read them."""
    before, _, afterwards = read_log(log).partition("set uid/gid")
    assert "import time:" in before
    return [line for line in afterwards.splitlines() if line.startswith("import time:")]


def owners(*places: Path) -> set[int]:
    """Whom these belong to."""
    return {place.lstat().st_uid for place in places}


@pytest.mark.usefixtures("told_imports")
def test_the_query_daemon_becomes_whom_the_files_belong_to() -> None:
    """Without options, and for good; it answers queries and datagrams, follows changes, and imports nothing more."""
    with passable_folder() as folder:
        paths = write_cluster(folder / "node1.example.com", SHAPE)
        give_away(paths)
        with query_daemon(paths) as daemon:
            replace_config(paths.config, config_with(7))
            os.chown(paths.config, OWNER.pw_uid, OWNER.pw_gid)
            assert daemon.serial() == 7
            assert Rights.of(daemon.pid).are_those_of(OWNER.pw_uid, OWNER.pw_gid)
            assert owners(paths.query_socket) == {OWNER.pw_uid}
            assert stat.S_IMODE(paths.query_socket.lstat().st_mode) == 0o660
            daemon.await_log("answering confd requests")
            with daemon.datagrams() as confd:
                assert confd.ask(3).message["answer"] == paths.master_name
        assert f"becoming {OWNER.pw_name}, who owns {paths.config.parent}" in read_log(daemon.log)
        assert "Traceback" not in read_log(daemon.log)
        assert late_imports(daemon.log) == []


def test_root_is_given_up() -> None:
    """With --uid and --gid the process is that user's, whomever the files belong to, and so is its socket."""
    with passable_folder() as folder:
        paths = write_cluster(folder / "node1.example.com", SHAPE)
        give_away(paths)
        with query_daemon(paths, *AS_OTHER) as daemon:
            assert daemon.serial()
            assert Rights.of(daemon.pid).are_those_of(OTHER.pw_uid, OWNER.pw_gid)
            assert owners(paths.query_socket) == {OTHER.pw_uid}
            assert "becoming" not in read_log(daemon.log)


@pytest.mark.parametrize("options", [(), ("--uid", "0")])
def test_root_is_kept(options: Sequence[str]) -> None:
    """Where the files are root's own, which the log tells once; or because it is ordered, and then without a word."""
    with passable_folder() as folder:
        paths = write_cluster(folder / "node1.example.com", SHAPE)
        if options:
            give_away(paths)
        with query_daemon(paths, *options) as daemon:
            assert daemon.serial()
            assert Rights.of(daemon.pid).uids == {0}
        said = read_log(daemon.log)
    assert said.count("running as root") == (0 if options else 1)
    assert "should we be root" not in said


@pytest.mark.usefixtures("told_imports")
def test_the_job_daemon_becomes_whom_the_files_belong_to() -> None:
    """It changes the configuration, archives a job, looks up a name, and imports nothing; all files are that user's."""
    with job_daemon() as cluster:
        assert Rights.of(cluster.pid).are_those_of(OWNER.pw_uid, OWNER.pw_gid)
        paths, queue = cluster.paths, cluster.paths.queue_dir
        job_id = cluster.submit(TAG)
        assert cluster.wait(job_id) == ("success", [None])
        assert "rights" in json.loads(paths.config.read_bytes())["cluster"]["tags"]
        assert cluster.ask("ArchiveJob", job_id) is True
        assert cluster.run(NAMED)[1][0][0] == "OpPrereqError"
        archived = queue / "archive/0" / f"job-{job_id}"
        written = (paths.config, queue / "serial", queue / "lock", queue / f"job-{job_id + 1}", archived)
        assert owners(*written, archived.parent, paths.master_socket) == {OWNER.pw_uid}
        assert f"becoming {OWNER.pw_name}" in read_log(cluster.log)
        cluster.stop()
        assert late_imports(cluster.log) == []


def test_the_job_daemon_becomes_who_is_named() -> None:
    """With --uid and --gid it is that user from when it locks the queue on; what it writes is its own.

    What that user could not do later keeps it from starting; the text says who he is, and where it fails.
    """
    with job_daemon(*AS_OTHER) as cluster:
        assert Rights.of(cluster.pid).are_those_of(OTHER.pw_uid, OWNER.pw_gid)
        assert cluster.run(DELAY)[0] == "success"
        queue = cluster.paths.queue_dir
        assert owners(queue / "job-1", queue / "serial", queue / "lock") == {OTHER.pw_uid}
        cluster.stop()
        os.chmod(queue, 0o700)
        refused = start_in_vain(cluster, cluster.paths.master_name, *AS_OTHER)
        assert refused.returncode == ExitCode.FAILURE
        assert f"{queue}/lock: Permission denied (as user {OTHER.pw_name})" in refused.stderr
