"""The fields of each resource as the real daemon knows them, with the values they have in the cluster at hand."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from .luxi import Connection

RESOURCES: Final = ("instance", "node", "group", "network")
"""What has names."""

OTHER_RESOURCES: Final = ("export", "filter", "job", "lock")

LIVE_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "instance": frozenset({"console", "oper_ram", "oper_state", "oper_vcpus", "status"}),
    "node": frozenset(
        {"bootid", "cnodes", "cnos", "csockets", "ctotal", "dfree", "dtotal", "mfree", "mnode", "mtotal"}
        | {"spfree", "sptotal"}
    ),
    "group": frozenset(),
    "network": frozenset(),
}
"""What only the nodes can answer: compared elsewhere."""

UNKNOWN_FIELDS: Final = ("nosuch", "Name", "disk.size/16", "nic.ip/8", "be/nosuch", "hv/xen_cmd", "ndp/", "tags ")
"""Names that look like fields and are none (of this resource)."""

NORMAL: Final = 0


@frozen
class FieldSample:
    """A field and its cells, one for each object.

    :ivar cells: ``[status, value]`` pairs as answered
    """

    name: str
    kind: str
    cells: Sequence[tuple[int, Any]]

    @property
    def values(self) -> list[Any]:
        """The values that there are."""
        return [value for status, value in self.cells if status == NORMAL]

    @property
    def is_complete(self) -> bool:
        """Whether every object has a value, and lists have no gaps; else the real daemon's filters go astray."""
        return all(status == NORMAL and not _has_gap(value) for status, value in self.cells)


def _has_gap(value: Any) -> bool:
    return value is None or (isinstance(value, list) and None in value)


@frozen
class ResourceSample:
    """The fields of one resource that the configuration decides, with their values in one cluster."""

    resource: str
    fields: Mapping[str, FieldSample]

    @property
    def names(self) -> list[str]:
        return list(self.fields)

    @property
    def filterable(self) -> list[FieldSample]:
        """The fields that the real daemon filters by as it should."""
        return [field for field in self.fields.values() if field.is_complete]

    @property
    def incomplete(self) -> list[FieldSample]:
        """The fields that some object lacks."""
        return [field for field in self.fields.values() if not field.is_complete]


def sample_fields(real: Connection, resource: str) -> ResourceSample:
    """Ask the real daemon for every field of ``resource`` that needs no node, and for all of its values."""
    defined = real.ask("QueryFields", [resource, None]).result["fields"]
    wanted = [field for field in defined if field["name"] not in LIVE_FIELDS.get(resource, ())]
    rows = real.ask("Query", [resource, [field["name"] for field in wanted], None]).result["data"]
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    samples = [
        FieldSample(field["name"], field["kind"], [(status, value) for status, value in column])
        for field, column in zip(wanted, columns, strict=True)
    ]
    return ResourceSample(resource, {sample.name: sample for sample in samples})


def field_sets(names: Sequence[str], rng: random.Random, count: int) -> Iterator[list[str]]:
    """Lists of fields as clients may ask for them: all, none, and mixtures with repetitions and unknown ones."""
    yield list(names)
    yield []
    for _ in range(count):
        chosen = rng.choices(names, k=rng.randint(1, 12))
        if rng.random() < 0.25:
            chosen.insert(rng.randint(0, len(chosen)), rng.choice(UNKNOWN_FIELDS))
        yield chosen
