"""Instance fields about disks: ``disk.*``, ``disk_template``, ``disk_usage``.

If one disk of an instance is missing in the configuration, all of them but ``disk.count`` have no data. A disk that
is only reserved so far may lack its logical id; then it counts as of no template, whatever its type says.
"""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Final, TypeAlias

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NODATA, UNAVAIL
from ganeti_lite.snapshot import ClusterSnapshot, Disk, DiskTemplate, Instance

from ._field import Field, Rule, config_field, each

MAX_DISKS: Final = 16
"""How many disks have fields of their own (``disk.size/0`` to ``/15``)."""

_DRBD_METADATA_MIB: Final = 128
_WITHOUT_SPACE: Final = frozenset({"blockdev", "diskless"})

Disks: TypeAlias = tuple[Disk, ...]


def _of_disks(value_of: Callable[[Disks], object]) -> Rule:
    """The rule that looks at an instance's disks in their order."""

    def rule(snapshot: ClusterSnapshot, rows: Sequence[Instance]) -> list[object]:
        found = map(snapshot.disks_of, rows)
        return [NODATA if disks is None else value_of(disks) for disks in found]

    return rule


def _of_disk(index: int, value_of: Callable[[Disk], object]) -> Rule:
    """The rule that looks at the disk of that index."""

    def value_at(disks: Disks) -> object:
        value = value_of(disks[index]) if index < len(disks) else None
        return UNAVAIL if value is None else value

    return _of_disks(value_at)


def _type_in_force(disk: Disk) -> DiskTemplate | None:
    return disk.dev_type if disk.logical_id else None


def _template(disks: Disks) -> object:
    templates = set(map(_type_in_force, disks)) - {None}
    if not templates:
        return "diskless"
    return templates.pop() if len(templates) == 1 else "mixed"


def _usage(disk: Disk) -> int:
    dev_type = _type_in_force(disk)
    if dev_type in _WITHOUT_SPACE:
        return 0
    return disk.size + (_DRBD_METADATA_MIB if dev_type == "drbd" else 0)


_ATTRIBUTES: Final = (
    # name, plural, list title, single title, kind, what it is
    ("size", "sizes", "Disk_sizes", "Disk", FieldKind.UNIT, "size"),
    ("spindles", "spindles", "Disk_spindles", "DiskSpindles", FieldKind.NUMBER, "number of spindles"),
    ("name", "names", "Disk_names", "DiskName", FieldKind.TEXT, "name"),
    ("uuid", "uuids", "Disk_UUIDs", "DiskUUID", FieldKind.TEXT, "UUID"),
)


def _attribute_fields() -> Iterator[Field]:
    for name, plural, list_title, title, kind, what in _ATTRIBUTES:

        def values_of(disks: Disks, get: Callable[[Disk], object] = attrgetter(name)) -> object:
            return tuple(map(get, disks))

        doc = f"The {what} of each disk, in order"
        yield config_field(f"disk.{plural}", list_title, FieldKind.OTHER, doc, _of_disks(values_of))
        for index in range(MAX_DISKS):
            doc = f"The {what} of disk {index}"
            yield config_field(f"disk.{name}/{index}", f"{title}/{index}", kind, doc, _of_disk(index, attrgetter(name)))


DISK_FIELDS: Final = (
    config_field(
        "disk.count", "Disks", FieldKind.NUMBER, "How many disks it has", each(lambda instance: len(instance.disks))
    ),
    config_field("disk_template", "Disk_template", FieldKind.TEXT, "What its disks are made of", _of_disks(_template)),
    config_field(
        "disk_usage",
        "DiskUsage",
        FieldKind.UNIT,
        "Space that its disks take on each of its nodes",
        _of_disks(lambda disks: sum(map(_usage, disks))),
    ),
    *_attribute_fields(),
)
