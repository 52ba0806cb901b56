"""The same queries to the real daemon and to ours: fields alone and together, filters, look-ups."""

import random
from collections.abc import Iterator
from typing import Final

import pytest

from .compare import Pair, Request
from .fields import NORMAL, RESOURCES, ResourceSample, field_sets, sample_fields
from .filters import FilterSource, lookups
from .tally import Tally

pytestmark = pytest.mark.interop

FIELD_SETS: Final = 60
FILTERS: Final = 300
LOOKUPS: Final = 60


@pytest.fixture(params=RESOURCES)
def sample(request: pytest.FixtureRequest, pair: Pair) -> ResourceSample:
    """Each resource in turn, with its fields and their values in the cluster at hand."""
    return sample_fields(pair.real, request.param)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Chance that is the same in each run and different for each test."""
    return random.Random(request.node.nodeid.partition("::")[2])


def test_each_field_alone(pair: Pair, sample: ResourceSample, tally: Tally) -> None:
    """Every field that the configuration decides has the same definition and, for every object, the same cell."""
    requests: Iterator[Request] = (("Query", [sample.resource, [name], None]) for name in sample.names)
    tally.check("fields alone", pair.compare(requests))


def test_field_sets(pair: Pair, sample: ResourceSample, rng: random.Random, tally: Tally) -> None:
    """Any list of fields gives the same rows, with repeated and unknown fields in their places."""
    chosen = field_sets(sample.names, rng, FIELD_SETS)
    tally.check("sets of fields", pair.compare(("Query", [sample.resource, names, None]) for names in chosen))


def test_filters(pair: Pair, sample: ResourceSample, rng: random.Random, tally: Tally) -> None:
    """Any filter on fields that have values lets the same objects through in the same order, or fails the same way."""
    source = FilterSource(sample.filterable, rng)
    requests: Iterator[Request] = (
        ("Query", [sample.resource, ["name", "uuid", *rng.choices(sample.names, k=2)], source.filter()])
        for _ in range(FILTERS)
    )
    tally.check("filters", pair.compare(requests))


def test_lookups(pair: Pair, sample: ResourceSample, rng: random.Random, tally: Tally) -> None:
    """Asking by name, short name or UUID finds the same objects in the order asked for, or fails with the same text."""
    cells = zip(sample.fields["name"].cells, sample.fields["uuid"].values, strict=True)
    named = {uuid: name for (status, name), uuid in cells if status == NORMAL}
    filters = lookups(list(named.values()), list(named), rng, LOOKUPS)
    if not sample.fields["name"].is_complete:  # then only direct look-ups pass over the nameless
        filters = [it for it in filters if it[0] != "&"]
    tally.check("look-ups", pair.compare(("Query", [sample.resource, ["name", "uuid"], it]) for it in filters))
