"""Owners and modes that Ganeti's own tool gives: as whom its daemons and ours then run."""

import os
import pwd
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from ganeti_lite.simulator import ClusterPaths
from tests.masterd.daemons import JobCluster, job_cluster
from tests.security.other_users import TAG, Rights, passable_folder, query_daemon

from .isolated import LUXID
from .reference_cluster import LIBRARY

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

USER: Final = "gnt-masterd"


def run(paths: ClusterPaths, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run one of Ganeti's programs on a cluster's files."""
    environment = {**os.environ, **paths.environment()}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def give_out(paths: ClusterPaths) -> Mapping[Path, tuple[int, int, int]]:
    """Have Ganeti set owners and modes; what they are then, by path, of all that has to do with our daemons."""
    done = run(paths, LIBRARY / "ensure-dirs", "--full-run")
    assert done.returncode == 0, done.stderr
    return list_owners(paths)


def list_owners(paths: ClusterPaths) -> Mapping[Path, tuple[int, int, int]]:
    """Owner, group and mode of each."""
    places = [paths.config, paths.query_socket, paths.master_socket, *paths.queue_dir.rglob("*")]
    found = ((place, place.lstat()) for place in places if place.exists())
    return {place: (status.st_uid, status.st_gid, status.st_mode) for place, status in found}


def assert_is_ganetis(pid: int) -> None:
    """A process has the rights of Ganeti's user, with all groups that he is in."""
    user = pwd.getpwnam(USER)
    rights = Rights.of(pid)
    assert rights.are_those_of(user.pw_uid, user.pw_gid)
    assert rights.groups == set(os.getgrouplist(USER, user.pw_gid))


def do_all(cluster: JobCluster) -> None:
    """Jobs of which one is archived, answers to queries and datagrams."""
    job_id = cluster.submit(TAG)
    assert cluster.wait(job_id) == ("success", [None])
    assert cluster.ask("ArchiveJob", job_id) is True
    assert cluster.run({**TAG, "OP_ID": "OP_TAGS_DEL"}) == ("success", [None])
    with query_daemon(cluster.paths) as daemon:
        assert_is_ganetis(daemon.pid)
        assert daemon.serial()
        daemon.await_log("answering confd requests")
        with daemon.datagrams() as confd:
            assert confd.ask(3).message["answer"] == cluster.paths.master_name
        assert list_owners(cluster.paths) == give_out(cluster.paths)


def test_ours_become_ganetis_user() -> None:
    """Started by root without options they are gnt-masterd; what they leave is just as Ganeti's tool would have it."""
    with passable_folder() as folder, job_cluster(folder) as cluster:
        give_out(cluster.paths)
        cluster.start()
        assert_is_ganetis(cluster.pid)
        do_all(cluster)


def test_ganetis_own_refuses_root() -> None:
    """Its query daemon, started by root, says whom it expects, and ends."""
    with passable_folder() as folder, job_cluster(folder) as cluster:
        give_out(cluster.paths)
        done = run(cluster.paths, LUXID, "--foreground", "--no-voting", "--yes-do-it")
    assert done.returncode == 1
    assert f"wrong user ID (0), expected {pwd.getpwnam(USER).pw_uid}" in done.stderr
