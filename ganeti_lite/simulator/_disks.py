"""Disks of made-up instances, in each form of logical id."""

from collections.abc import Sequence
from typing import Final

from ._draws import Draws
from ._objects import JsonObject, without_absent
from ._placement import Placement, Ports

VOLUME_GROUP: Final = "xenvg"
FILE_STORAGE_DIR: Final = "/srv/ganeti/file-storage"
SHARED_FILE_STORAGE_DIR: Final = "/srv/ganeti/shared-file-storage"
_META_SIZE: Final = 128
"""MiB of a DRBD metadata volume."""

_SIZES: Final = (1024, 2048, 4096, 10240, 10240, 20480, 20480, 40960, 102400)
"""MiB."""

LAYOUTS: Final[Sequence[Sequence[str]]] = (
    *[("drbd",)] * 7,
    ("drbd", "drbd"),
    ("drbd", "drbd", "drbd", "drbd"),
    *[("plain",)] * 2,
    ("plain", "plain"),
    ("file",),
    ("file", "file"),
    ("rbd",),
    ("rbd", "rbd"),
    ("sharedfile",),
    ("plain", "file"),
    (),
    (),
)
"""Disk templates of an instance's disks; none: diskless."""


class DiskMaker:
    """Makes the disks of one instance after another."""

    def __init__(
        self, draws: Draws, placement: Placement, ports: Ports, groups: Sequence[JsonObject], epoch: int
    ) -> None:
        self._draws = draws
        self._placement = placement
        self._ports = ports
        self._exclusive_groups = {group["uuid"] for group in groups if group["ndparams"].get("exclusive_storage")}
        self._epoch = epoch

    def make_disks(self, instance: str, primary: JsonObject, layout: Sequence[str]) -> list[JsonObject]:
        """The disk objects of an instance.

        Where the primary node's group has no other node, or exclusive storage, plain disks take the place of DRBD ones.
        """
        exclusive = primary["group"] in self._exclusive_groups
        secondary = self._placement.choose_secondary(primary) if "drbd" in layout and not exclusive else None
        disks = []
        for index, template in enumerate(layout):
            if template == "drbd" and secondary is not None:
                disk = self._drbd(primary["uuid"], secondary)
            else:
                disk = self._simple("plain" if template == "drbd" else template, instance, index, primary["uuid"])
            if exclusive and disk["dev_type"] == "plain":
                disk["spindles"] = self._draws.randint(1, 3)
            disks.append(without_absent(disk | self._appearance(index)))
        return disks

    def _disk(self, dev_type: str, logical_id: list[object], nodes: list[str], size: int) -> JsonObject:
        ctime, mtime = self._draws.moments(self._epoch, days=400)
        return {
            "logical_id": logical_id,
            "dev_type": dev_type,
            "children": [],
            "nodes": nodes,
            "iv_name": "",
            "size": size,
            "mode": "rw",
            "name": None,
            "spindles": None,
            "params": {},
            "uuid": self._draws.uuid(),
            "serial_no": 1,
            "ctime": ctime,
            "mtime": mtime,
        }

    def _simple(self, template: str, instance: str, index: int, node: str) -> JsonObject:
        unique = self._draws.uuid()
        path = f"{instance}/{unique}.{template}.disk{index}"
        logical_ids: dict[str, list[object]] = {
            "plain": [VOLUME_GROUP, f"{unique}.disk{index}"],
            "file": ["loop", f"{FILE_STORAGE_DIR}/{path}"],
            "sharedfile": ["loop", f"{SHARED_FILE_STORAGE_DIR}/{path}"],
            "rbd": ["rbd", f"{unique}.rbd.disk{index}"],
        }
        nodes = [node] if template in ("plain", "file") else []
        return self._disk(template, logical_ids[template], nodes, self._draws.choice(_SIZES))

    def _drbd(self, primary: str, secondary: str) -> JsonObject:
        size, unique, nodes = self._draws.choice(_SIZES), self._draws.uuid(), [primary, secondary]
        ends = nodes if self._draws.chance(0.8) else nodes[::-1]  # turned round by a failover since
        logical_id = [
            *ends,
            self._ports.take(),
            *(self._placement.take_minor(node) for node in ends),
            self._draws.hex_digits(40),
        ]
        disk = self._disk("drbd", logical_id, nodes, size)
        disk["children"] = [
            without_absent(self._disk("plain", [VOLUME_GROUP, f"{unique}.disk0_data"], nodes, size)),
            without_absent(self._disk("plain", [VOLUME_GROUP, f"{unique}.disk0_meta"], nodes, _META_SIZE)),
        ]
        return disk

    def _appearance(self, index: int) -> JsonObject:
        """What a disk is called and how the instance sees it; first disks seldom have a name of their own."""
        names, share = (("root", "system"), 0.1) if index == 0 else (("data", "logs", "home"), 0.5)
        return {
            "iv_name": f"disk/{index}",
            "mode": "ro" if index > 0 and self._draws.chance(0.1) else "rw",
            "name": self._draws.choice(names) if self._draws.chance(share) else None,
        }
