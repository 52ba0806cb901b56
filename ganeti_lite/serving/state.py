"""What this node knows of the cluster besides the configuration: small files, and what the program itself is."""

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from ganeti_lite.files import read_file, read_signature
from ganeti_lite.paths import GanetiPaths
from ganeti_lite.query import ClusterState


class StateReader:
    """Reads the state anew at each call; takes microseconds.

    :param now: seconds since 1970.
    """

    def __init__(self, paths: GanetiPaths, now: Callable[[], float]) -> None:
        self._paths = paths
        self._now = now
        self._architecture = (platform.architecture()[0].replace("bit", "bits"), platform.machine())
        self._build = f"(ganeti-lite) version {_find_version()}"

    def __call__(self) -> ClusterState:
        """The state now."""
        return ClusterState(
            is_drained=read_signature(self._paths.drain_flag) is not None,
            watcher_pause=read_pause(self._paths.watcher_pause, self._now()),
            architecture=self._architecture,
            build=self._build,
        )


def read_pause(path: str, now: float) -> int | None:
    """Until when the watcher pauses, in seconds since 1970; None if it does not, or if that cannot be read."""
    try:
        text = read_file(path)[0].strip()
    except OSError:
        return None
    until = int(text) if text.isdigit() else 0
    return until if until > now else None


def _find_version() -> str:
    try:
        return version("ganeti-lite")
    except PackageNotFoundError:
        return "unknown"
