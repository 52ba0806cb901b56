"""What the node that jobs run on has and knows: its files, its certificates, its state."""

import encodings.idna  # noqa: F401 - names are looked up by it, and its file need not be readable any more by then
import os
import pwd
import socket
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from grp import getgrgid
from typing import Any, Final

from cryptography import x509
from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from ganeti_lite.errors import ResolverError
from ganeti_lite.files import read_file
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.serving.source import Runner
from ganeti_lite.serving.state import StateReader
from ganeti_lite.wire.noderpc import RpcResult, encode_text

from .node_calls import Call
from .units import (
    CertificateFault,
    CheckCertificates,
    CopyFiles,
    HostEffect,
    Ping,
    ReadState,
    Resolved,
    ResolveName,
    Sleep,
)

UPLOAD_TIMEOUT: Final = 900.0
"""Seconds that a node has for taking a file, as with Ganeti."""

_CERTIFICATES: Final = ("server.pem", "client.pem", "rapi.pem", "spice.pem", "spice-ca.pem")
"""Below the data directory; those that are not there are no fault."""

WARN_BEFORE: Final = timedelta(days=30)
ERROR_BEFORE: Final = timedelta(days=7)
"""From when on a certificate's end is told, and counts as an error."""


PING_TIMEOUT: Final = 10.0
"""Seconds that a host has for answering."""


class Host:
    """This node.

    :param run: runs what reads files, or waits for the network, in a worker thread.
    :param now: seconds since 1970.
    """

    def __init__(
        self, paths: GanetiPaths, call: Call, run: Runner, clock: IReactorTime, now: Callable[[], float]
    ) -> None:
        self._paths = paths
        self._call = call
        self._run = run
        self._clock = clock
        self._now = now
        self._read_state = StateReader(paths, now)

    def __call__(self, effect: HostEffect) -> Deferred[Any]:
        """The outcome of an effect, as its class says."""
        match effect:
            case CopyFiles():
                return self._copy(effect)
            case ReadState():
                return maybeDeferred(self._read_state)
            case CheckCertificates():
                return self._run(self._check_certificates)
            case ResolveName(name):
                return self._run(partial(resolve, name))
            case Ping(ip, port):
                return self._run(partial(ping, ip, port))
            case Sleep(seconds):
                return deferLater(self._clock, seconds, lambda: None)

    @inlineCallbacks
    def _copy(self, effect: CopyFiles) -> Generator[Deferred[Any], Any, dict[str, Mapping[str, RpcResult]]]:
        copies: dict[str, Mapping[str, RpcResult]] = {}
        for path in effect.paths:
            arguments = yield self._run(partial(self._describe, path))
            if arguments is not None:
                copies[path] = yield self._call(
                    "upload_file_single", dict.fromkeys(effect.nodes, arguments), UPLOAD_TIMEOUT
                )
        return copies

    def _describe(self, path: str) -> list[Any] | None:
        """A file as nodes are sent it; None if it is not here."""
        here = self._paths.root.rstrip("/") + path
        try:
            data, _ = read_file(here)
            status = os.stat(here)
        except OSError:
            return None
        there = path if path == "/etc/hosts" else self._paths.on_any_node(here)
        user, group = pwd.getpwuid(status.st_uid).pw_name, getgrgid(status.st_gid).gr_name
        return [there, encode_text(data), status.st_mode, user, group, int(status.st_atime), int(status.st_mtime)]

    def _check_certificates(self) -> tuple[CertificateFault, ...]:
        now = datetime.fromtimestamp(self._now(), UTC)
        faults = (_judge(f"{self._paths.data_dir}/{name}", now) for name in _CERTIFICATES)
        return tuple(fault for fault in faults if fault is not None)


def _judge(path: str, now: datetime) -> CertificateFault | None:
    """What is wrong with a certificate; None if nothing is, or there is none."""
    try:
        data, _ = read_file(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return CertificateFault(f"{path}: {error.strerror or error}", is_error=True)
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        return CertificateFault(f"Failed to load X509 certificate {path}: {error}", is_error=True)
    left = certificate.not_valid_after_utc - now
    if now < certificate.not_valid_before_utc:
        return CertificateFault(f"While verifying {path}: Certificate is not yet valid", is_error=True)
    if left < timedelta(0):
        return CertificateFault(f"While verifying {path}: Certificate is expired", is_error=True)
    if left < WARN_BEFORE:
        text = f"While verifying {path}: Certificate expires in about {left.days} days"
        return CertificateFault(text, is_error=left < ERROR_BEFORE)
    return None


def resolve(name: str) -> Resolved:
    """The host of that name, as this system's resolver has it; blocks.

    :raises ResolverError: there is none.
    """
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
    except OSError as error:
        raise ResolverError(name, error.errno, error.strerror or str(error)) from error
    _, _, _, full_name, address = found[0]
    return Resolved(full_name or name, str(address[0]))


def ping(ip: str, port: int) -> bool:
    """Whether there is a host at an address: it takes a TCP connection, or refuses it; blocks."""
    try:
        socket.create_connection((ip, port), PING_TIMEOUT).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True
