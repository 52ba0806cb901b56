"""Parameters as jobs fill them, where that differs from what queries answer (:mod:`ganeti_lite.snapshot`).

Two of Ganeti 3.0's fill rules are others in its jobs than in its query daemon: those of OS parameters and of disks.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ganeti_lite.default_parameters import DISKPARAMS
from ganeti_lite.snapshot import EMPTY, NO_PARAMS, Cluster, Instance, Json, NodeGroup, Params, fill_free

_DRBD: Final[Mapping[str, str]] = {
    "resync-rate": "resync-rate",
    "disabled-barriers": "disk-barriers",
    "disable-meta-flush": "meta-barriers",
    "default-metavg": "metavg",
    "disk-custom": "disk-custom",
    "net-custom": "net-custom",
    "protocol": "protocol",
    "dynamic-resync": "dynamic-resync",
    "c-plan-ahead": "c-plan-ahead",
    "c-fill-target": "c-fill-target",
    "c-delay-target": "c-delay-target",
    "c-max-rate": "c-max-rate",
    "c-min-rate": "c-min-rate",
}

_DEVICES: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "drbd": (_DRBD, {"stripes": "data-stripes"}, {"stripes": "meta-stripes"}),
    "plain": ({"stripes": "stripes"},),
    "rbd": ({"access": "access", "pool": "pool"},),
    "ext": ({"access": "access"},),
    "gluster": ({"access": "access", "host": "host", "port": "port", "volume": "volume"},),
}
"""By template, for the disk and its children in order: the device's parameter → the template's that it comes from."""


def fill_job_osparams(cluster: Cluster, instance: Instance) -> Params:
    """An instance's public OS parameters: the base OS's, those of its full name, then its own."""
    os = instance.os
    if os is None:
        return instance.osparams
    base = cluster.osparams.get(os.partition("+")[0], EMPTY)
    return fill_free(base, cluster.osparams.get(os, EMPTY), instance.osparams)


def fill_job_diskparams(cluster: Cluster, group: NodeGroup | None) -> Mapping[str, Params]:
    """Disk parameters by template, key by key: the cluster's, then the group's."""
    own = NO_PARAMS if group is None else group.diskparams
    templates = sorted({*cluster.diskparams, *own})
    return MappingProxyType(
        {name: fill_free(cluster.diskparams.get(name, EMPTY), own.get(name, EMPTY)) for name in templates}
    )


def list_device_params(template: str, diskparams: Mapping[str, Params]) -> tuple[dict[str, Json], ...]:
    """The parameters of the devices of a disk of that template: its own, then those of its children in order.

    A parameter that no level sets has Ganeti's default.
    """
    filled = {**DISKPARAMS.get(template, EMPTY), **diskparams.get(template, EMPTY)}
    return tuple(
        {name: filled[source] for name, source in sorted(names.items())} for names in _DEVICES.get(template, ({},))
    )
