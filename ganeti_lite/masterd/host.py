"""What opcodes have done on the node that jobs run on: its files copied, its certificates looked at, its state told.

Source: how Ganeti 3.0 sends files to nodes, and when it complains of certificates.
"""

import grp
import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

from cryptography import x509
from twisted.internet.defer import Deferred, gatherResults

from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState
from ganeti_lite.serving.source import Runner
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.noderpc import RpcResult, encode_text

from .units import CertificateFault, CheckCertificates, CopyFiles, HostEffect, ReadState

UPLOAD_TIMEOUT: Final = 900.0
"""Seconds that a node has for a file."""

CERTIFICATES: Final = ("rapi.pem", "server.pem", "spice-ca.pem", "spice.pem")
"""Files below the data directory."""

_WARN: Final = timedelta(days=30)
_FAIL: Final = timedelta(days=7)
"""How long before a certificate expires there are complaints."""

_SKEW: Final = timedelta(seconds=150)
"""By how much clocks of nodes may differ."""


class Call(Protocol):
    """Calls node daemons: see :class:`~ganeti_lite.masterd.node_calls.NodeCalls`."""

    def __call__(
        self, method: str, arguments: Mapping[str, list[Any]], timeout: float, nodes: ClusterSnapshot
    ) -> Deferred[Mapping[str, RpcResult]]: ...


class Host:
    """Brings about what concerns this node.

    :param read_state: what it knows besides the configuration.
    :param run: runs what waits for disks in a worker thread.
    :param now: seconds since 1970.
    """

    def __init__(
        self,
        paths: GanetiPaths,
        call: Call,
        read_state: Callable[[], Deferred[ClusterState]],
        run: Runner,
        now: Callable[[], float],
    ) -> None:
        self._paths = paths
        self._call = call
        self._read_state = read_state
        self._run = run
        self._now = now

    def __call__(self, effect: HostEffect, snapshot: ClusterSnapshot) -> Deferred[Any]:
        """The effect's outcome, as its class says."""
        match effect:
            case CopyFiles(paths, nodes):
                read = self._run(partial(_read_files, self._paths, paths))
                return read.addCallback(self._send_files, nodes, snapshot)
            case ReadState():
                return self._read_state()
            case CheckCertificates():
                now = datetime.fromtimestamp(self._now(), UTC)
                return self._run(lambda: tuple(check_certificates(self._paths, now)))

    def _send_files(
        self, files: Mapping[str, list[Any]], nodes: tuple[str, ...], snapshot: ClusterSnapshot
    ) -> Deferred[Mapping[str, Mapping[str, RpcResult]]]:
        sent = [
            self._call("upload_file", dict.fromkeys(nodes, arguments), UPLOAD_TIMEOUT, snapshot)
            for arguments in ([described] for described in files.values())
        ]
        return gatherResults(sent).addCallback(lambda results: dict(zip(files, results, strict=True)))


def _read_files(paths: GanetiPaths, names: tuple[str, ...]) -> dict[str, list[Any]]:
    """Each file that is there as nodes are told it: path, content, mode, owner, group, and times."""
    found = {}
    for name in names:
        place = paths.root.rstrip("/") + name
        try:
            with open(place, "rb") as file:
                content, about = file.read(), os.fstat(file.fileno())
        except OSError:
            continue
        owner, group = _name_owner(about.st_uid), _name_group(about.st_gid)
        times = [int(about.st_atime), int(about.st_mtime)]
        found[name] = [paths.on_any_node(place), encode_text(content), about.st_mode, owner, group, *times]
    return found


def _name_owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _name_group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def check_certificates(paths: GanetiPaths, now: datetime) -> Iterator[CertificateFault]:
    """What is wrong with the cluster's certificates here, or soon will be."""
    for name in CERTIFICATES:
        place = os.path.join(paths.data_dir, name)
        try:
            with open(place, "rb") as file:
                certificate = x509.load_pem_x509_certificate(file.read())
        except (OSError, ValueError) as error:
            yield CertificateFault(f"Failed to load X509 certificate {place}: {error}", is_error=True)
            continue
        if (problem := _judge_validity(certificate, now)) is not None:
            text, is_error = problem
            yield CertificateFault(f"While verifying {place}: {text}", is_error)


def _judge_validity(certificate: x509.Certificate, now: datetime) -> tuple[str, bool] | None:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if begin > now + _SKEW:
        return f"Certificate not yet valid (valid from {begin:%F %T})", False
    if end <= now:
        return f"Certificate is expired (valid from {begin:%F %T} to {end:%F %T})", True
    left = end - now
    if left <= _WARN:
        return f"Certificate expires in about {left.days} days", left <= _FAIL
    return None
