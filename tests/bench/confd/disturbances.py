"""Large things that a daemon does while it is pinged."""

import itertools
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from ganeti_lite.simulator import change_one_instance, encode_config
from ganeti_lite.simulator.edits import replace_file
from tests.interop.confd_daemons import started
from tests.interop.isolated import PROJECT, Command

from .client import Latencies, ping_while
from .session import BenchedCluster, our_confd

_CONFIG_MODE: Final = 0o640
_BETWEEN_RELOADS: Final = 0.4
"""Seconds; wconfd writes the file a few times for a job."""

_LISTER: Final = Path(__file__).with_name("lister.py")


def measure_latencies(cluster: BenchedCluster, seconds: float) -> dict[str, Latencies]:
    """How long pings take beside each disturbance, with a daemon that has loaded a large configuration."""
    one_changed, all_changed = _encode_changes(cluster), _encode_all_changed(cluster)
    with our_confd(cluster) as port:

        def measure(action: Callable[[], object]) -> Latencies:
            return ping_while(port, cluster.key, action)

        return {
            "nothing else": measure(lambda: _pass_time(seconds)),
            "reloads of one change": measure(lambda: _replace(cluster, one_changed, seconds)),
            "reloads of everything": measure(lambda: _replace(cluster, all_changed, seconds, pause=2.0)),
            "full listings": measure(lambda: _list(cluster, seconds)),
        }


def _pass_time(seconds: float) -> None:
    threading.Event().wait(seconds)


def _encode_changes(cluster: BenchedCluster) -> Sequence[bytes]:
    """A few configurations, each with one more instance changed."""
    names = sorted(item["name"] for item in cluster.config["instances"].values())[:4]
    changed = itertools.accumulate(names, change_one_instance, initial=cluster.config)
    return [encode_config(config) for config in changed][1:]


def _encode_all_changed(cluster: BenchedCluster) -> Sequence[bytes]:
    """Two configurations in which every instance and every disk has another serial number than before."""
    return [encode_config(_raise_serials(cluster.config, by)) for by in (100, 200)]


def _raise_serials(config: dict[str, Any], by: int) -> dict[str, Any]:
    tables = {
        name: {uuid: {**item, "serial_no": item["serial_no"] + by} for uuid, item in config[name].items()}
        for name in ("instances", "disks")
    }
    return {**config, **tables, "serial_no": config["serial_no"] + by}


def _replace(
    cluster: BenchedCluster, contents: Sequence[bytes], seconds: float, pause: float = _BETWEEN_RELOADS
) -> None:
    """Put one content after the other in config.data's place."""
    limit = time.monotonic() + seconds
    for content in itertools.cycle(contents):
        if time.monotonic() >= limit:
            return
        replace_file(cluster.paths.config, content, _CONFIG_MODE)
        _pass_time(pause)


def _list(cluster: BenchedCluster, seconds: float) -> None:
    """Have a process list all instances all the time; a thread of ours would be in the way of the one that pings."""
    command: Command = [sys.executable, _LISTER, cluster.folder / "ours"]
    with started(command, log=cluster.folder / "lister.log", environment={"PYTHONPATH": str(PROJECT)}) as lister:
        _pass_time(seconds)
        assert lister.poll() is None, "the listing process has ended"
