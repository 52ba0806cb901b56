"""One object of the file: its slice of bytes → a value, or faults."""

from collections.abc import Iterator
from typing import Any, Final

from attrs import field, frozen

from ganeti_lite.snapshot import Disk, Instance

from ._containers import Steps
from ._faults import ConfigFormatError, Fault
from ._slices import Slice, decode
from ._structure import explain, structure

_NESTED: Final = {Instance: "nics", Disk: "children"}
"""Attributes that hold further objects with keys of their own."""


@frozen
class Findings:
    """What a load finds besides values.

    :ivar faults: wrong places.
    :ivar unknown: keys that this project has no name for, as patterns such as ``instances/*/nics/*/KEY``.
    """

    faults: list[Fault] = field(factory=list)
    unknown: set[str] = field(factory=set)


def build_object(cls: type, data: Slice, path: Steps, findings: Findings) -> Any:
    """The value of the object at *path*; None if it is faulty, which is noted in *findings*."""
    try:
        value = decode(data, path)
    except ConfigFormatError as error:
        findings.faults.extend(error.faults)
        return None
    try:
        item: Any = structure(cls, value)
    except Exception:  # whatever a hook raises is a fault, which is explained in full
        findings.faults.extend(explain(cls, value, path))
        return None
    findings.unknown.update(_list_unknown_keys("/".join((path[0], *["*"] * len(path[1:]))), item))
    return item


def _list_unknown_keys(pattern: str, item: Any) -> Iterator[str]:
    """The unknown keys of *item*, which is found at *pattern*, and of the objects nested in it."""
    for key in item.unknown:
        yield f"{pattern}/{key}"
    attribute = _NESTED.get(type(item))
    if attribute is not None:
        for member in getattr(item, attribute):
            yield from _list_unknown_keys(f"{pattern}/{attribute}/*", member)
