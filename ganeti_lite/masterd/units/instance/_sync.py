"""Waiting for the disks of an instance to be the same on all of their nodes.

Source: what Ganeti 3.0 does: even where no disk has a mirror, the primary node is asked once.
"""

from collections.abc import Sequence
from typing import Any, Final

from ganeti_lite.errors import RemoteError
from ganeti_lite.masterd.units._effects import CallNodes, Effects, Sleep, info, warning
from ganeti_lite.masterd.units._instance_env import list_disks
from ganeti_lite.masterd.units._instances import primary_of
from ganeti_lite.masterd.wire_objects import disk_object
from ganeti_lite.snapshot import ClusterSnapshot, Disk, Instance, Node
from ganeti_lite.wire.noderpc import RpcFailure

_TIMEOUT: Final = 900.0
_TRIES: Final = 10
"""How often a node is asked that does not answer, or whose disks are degraded."""
_PAUSE: Final = 6.0
"""Seconds between these."""
_LONGEST_PAUSE: Final = 60.0
_UNKNOWN_TIME: Final = 5
"""Seconds until a device is looked at again that does not say how long it takes."""


def wait_for_sync(instance: Instance, snapshot: ClusterSnapshot, *, once: bool = False) -> Effects[bool]:
    """Whether the disks are sound once they are in sync.

    :param once: do not wait; those that are still being synchronised are sound.
    :raises RemoteError: the node does not answer.
    """
    if not instance.disks:
        return True
    disks = [disk for disk in list_disks(instance, snapshot) if disk.dev_type == "drbd"]
    if not once:
        yield info(f"Waiting for instance {instance.name} to sync disks")
    primary = primary_of(instance, snapshot)
    shown = [disk_object(snapshot, disk, instance, primary.uuid) for disk in disks]
    left = _TRIES
    while True:
        states = yield from _ask(primary, shown)
        pause = yield from _tell(states, disks, primary)
        is_degraded = any(map(_is_degraded, states))
        if is_degraded and left and (once or pause is None):
            left -= 1
            yield Sleep(1.0)
        elif pause is None:
            yield info(f"Instance {instance.name}'s disks are in sync")
            return not is_degraded
        elif once:
            return not is_degraded
        else:
            yield Sleep(min(_LONGEST_PAUSE, pause))


def _ask(primary: Node, disks: Sequence[Any]) -> Effects[Sequence[Any]]:
    """What the primary node says of each disk."""
    for left in reversed(range(_TRIES)):
        results = yield CallNodes("blockdev_getmirrorstatus", {primary.uuid: [disks]}, _TIMEOUT)
        result = results[primary.uuid]
        if not isinstance(result, RpcFailure):
            states: Sequence[Any] = result.payload
            return states
        yield warning(f"Can't get any data from node {primary.name}: {result.reason}")
        if left:
            yield Sleep(_PAUSE)
    raise RemoteError(f"Can't contact node {primary.name} for mirror data, aborting.")


def _tell(states: Sequence[Any], disks: Sequence[Disk], primary: Node) -> Effects[float | None]:
    """Tell how far the disks are; the seconds that the last of them still takes, None if all are done."""
    pause: float | None = None
    for disk, state in zip(disks, states, strict=False):
        if state is None:
            yield warning(f"Can't compute data for node {primary.name}/{disk.iv_name}")
        elif (percent := state.get("sync_percent")) is not None:
            left = state.get("estimated_time")
            pause = _UNKNOWN_TIME if left is None else left
            text = "no time estimate" if left is None else f"{_format_seconds(left)} remaining (estimated)"
            yield info(f"- device {disk.iv_name}: {percent:5.2f}% done, {text}")
    return pause


def _is_degraded(state: Any) -> bool:
    return state is not None and bool(state.get("is_degraded")) and state.get("sync_percent") is None


def _format_seconds(seconds: float) -> str:
    """Such as ``1h 2m 3s``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (rest, "s")]
    first = next((index for index, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number}{unit}" for number, unit in parts[first:])
