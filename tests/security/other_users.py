"""Daemons that root starts on somebody else's files, and as whom they then run."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths
from tests.confd.daemons import Daemon, command_line, environment_of
from tests.interop.processes import serving

TAG: Final[dict[str, Any]] = {"OP_ID": "OP_TAGS_SET", "kind": "cluster", "name": None, "tags": ["rights"]}
"""A job that changes the configuration."""


@frozen
class Rights:
    """Those of a process; each id once, as long as its real, effective, saved and file system's ones are the same.

    :ivar capabilities: effective and permitted ones, as bits.
    """

    uids: frozenset[int]
    gids: frozenset[int]
    groups: frozenset[int]
    capabilities: int

    @classmethod
    def of(cls, pid: int) -> "Rights":
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        words = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
        uids, gids, groups = (frozenset(map(int, words[name])) for name in ("Uid", "Gid", "Groups"))
        return cls(uids, gids, groups, int(words["CapEff"][0], 16) | int(words["CapPrm"][0], 16))

    def are_those_of(self, uid: int, gid: int) -> bool:
        """Whether the process is this user's and group's, for good, and has nothing of root's."""
        return self.uids == {uid} and self.gids == {gid} and 0 not in self.groups and self.capabilities == 0


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A directory that other users can pass through."""
    with TemporaryDirectory(prefix="gl") as name:
        os.chmod(name, 0o711)  # noqa: S103 - another user is to pass
        yield Path(name)


@contextmanager
def query_daemon(paths: ClusterPaths, *twistd: str) -> Iterator[Daemon]:
    """The query daemon, with options of twistd."""
    command = command_line(paths)
    command[1:1] = twistd
    log = paths.root.parent / "log"
    with serving(command, path=paths.query_socket, log=log, environment=environment_of(paths.master_name)) as process:
        yield Daemon(paths, log, process.pid)
