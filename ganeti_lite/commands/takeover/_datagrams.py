"""The UDP side of a switch: Ganeti's confd gives way, or is started again."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from ganeti_lite.clients.confd import ConfdClient
from ganeti_lite.constants import ConfdRequest
from ganeti_lite.ports import find_confd_port

from ._daemon import DaemonError, wait_until
from ._files import SwitchFiles

DAEMON_UTIL: Final = "/usr/lib/ganeti/daemon-util"
CONFD: Final = "ganeti-confd"
_CONTROL_SECONDS: Final = 60.0
_REPLY_SECONDS: Final = 1.0


def take_datagrams(files: SwitchFiles, address: str) -> None:
    """Stop Ganeti's confd, and wait until this project's daemon answers datagrams at *address*.

    The daemon has been started with the port and tries again and again to have it.

    :raises DaemonError: one does not stop, or the other does not answer.
    """
    Path(files.udp_mark).touch()  # first, so that an interrupted switch starts it again
    _control("stop")
    key = Path(files.paths.hmac_key).read_bytes()
    if not wait_until(lambda: _is_answered(key, address)):
        raise DaemonError(f"nobody answers datagrams at {address}")


def give_datagrams_back(files: SwitchFiles) -> bool:
    """Start Ganeti's confd again, if it was stopped for a switch; whether it was.

    :raises DaemonError: it does not start.
    """
    if not os.path.exists(files.udp_mark):
        return False
    _control("start")
    with suppress(FileNotFoundError):
        os.unlink(files.udp_mark)
    return True


def _control(action: str) -> None:
    done = subprocess.run(
        [DAEMON_UTIL, action, CONFD],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_CONTROL_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise DaemonError(f"daemon-util {action} {CONFD}: {done.stderr.strip() or done.stdout.strip()}")


def _is_answered(key: bytes, address: str) -> bool:
    with ConfdClient(key, [(address, find_confd_port())]) as client:
        outcome = client.ask(ConfdRequest.PING, lifetime=_REPLY_SECONDS)
    return outcome.reply is not None and outcome.reply.is_ok
