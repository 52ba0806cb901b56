"""The real confd and ours on the same files, both on the loopback interface."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from ganeti_lite.simulator import ClusterPaths

from .compare import Comparison
from .confd import ConfdAnswer, ConfdConnection
from .isolated import lay_out, our_daemon
from .processes import read_log, stop, wait_until

CONFD: Final = Path("/usr/sbin/ganeti-confd")
_PORT_LINE: Final = re.compile(r"answering confd requests on \S+ UDP port (\d+)")


def find_udp_port(log: Path) -> int:
    """The port that our daemon says in its log that it has, once it says so."""
    wait_until(lambda: bool(_PORT_LINE.search(read_log(log))), "the daemon names its UDP port")
    return int(_PORT_LINE.findall(read_log(log))[-1])


def pick_port(host: str) -> int:
    """A UDP port that nobody has at the moment."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: Sequence[str | Path], *, log: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` in the foreground for as long as the block lasts, or it does."""
    with log.open("ab") as output:
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **environment}
        )
    try:
        yield daemon
    finally:
        stop(daemon)


def real_command(host: str, port: int) -> list[str | Path]:
    """What starts Debian's confd."""
    return [CONFD, "--foreground", "--no-user-checks", f"--bind={host}", f"--port={port}"]


@contextmanager
def real_confd(paths: ClusterPaths, host: str = "127.0.0.1") -> Iterator[int]:
    """The UDP port of Debian's confd, alone on a cluster's files for as long as the block lasts."""
    port = pick_port(host)
    log = paths.log_dir / "confd-foreground.log"
    with started(real_command(host, port), log=log, environment=paths.environment()):
        with ConfdConnection(paths.hmac_key.read_bytes(), host, port) as client:
            wait_until(client.is_answering, f"Debian's confd answers; its log:\n{read_log(log)}")
        yield port


@frozen
class ConfdPair:
    """A client of each of two daemons that answer from one config.data.

    :ivar name: which configuration, for reports
    """

    name: str
    paths: ClusterPaths
    real: ConfdConnection
    ours: ConfdConnection

    def compare(self, comparison: Comparison, request: object, real: ConfdAnswer, ours: ConfdAnswer) -> None:
        """Note how one request went with each."""
        comparison.note(request, outcome(real), comparable(real), comparable(ours))
        for answer in (real, ours):
            assert answer.raw is None or answer.is_signed_with(self.real.key)


@contextmanager
def confd_pair(name: str, config: bytes, folder: Path) -> Iterator[ConfdPair]:
    """Both daemons on a configuration below ``folder``, and a client of each."""
    paths = lay_out(folder / "real", config)
    key = paths.hmac_key.read_bytes()
    ours_socket = folder / "ours"
    with (
        real_confd(paths) as real_port,
        our_daemon(paths, ours_socket),
        ConfdConnection(key, "127.0.0.1", real_port) as real,
        ConfdConnection(key, "127.0.0.1", find_udp_port(ours_socket.with_suffix(".log"))) as ours,
    ):
        wait_until(lambda: ours.ask(0).message["status"] == 0, "our confd has loaded the configuration")
        yield ConfdPair(name, paths, real, ours)


def comparable(answer: ConfdAnswer) -> object:
    """What of a reply must be equal: everything but texts of errors."""
    message = answer.message
    if message is not None and message["status"] != 0 and isinstance(message["answer"], str):
        return {**message, "answer": "text"}
    return message


def outcome(answer: ConfdAnswer) -> str:
    """In a word, how a request ended."""
    if answer.raw is None:
        return "silence"
    return "data" if answer.message["status"] == 0 else "error"
