"""Corrected: a condition on a value that an object does not have.

The real daemon takes such a condition for met, whatever it says, and its negation for not met; and it cannot search a
list that has a gap. With ours a condition on a missing value is not met, its negation is, and gaps match nothing.
The real daemon still is the judge of all conditions on values that are there.
"""

import random
from collections.abc import Iterator
from typing import Any, Final

import pytest

from .compare import Comparison, Pair, outcome
from .fields import NORMAL, RESOURCES, FieldSample, ResourceSample, sample_fields
from .filters import Filter, FilterSource
from .luxi import Connection
from .tally import Tally

pytestmark = pytest.mark.interop

CONDITIONS: Final = 4
"""So many for each field that some object lacks."""

Met = list[int] | str
"""The rows of a sample that meet a condition, or the class of the error that it ends in."""


@pytest.fixture(params=RESOURCES)
def sample(request: pytest.FixtureRequest, pair: Pair) -> ResourceSample:
    """Each resource in turn, with its fields and their values in the cluster at hand."""
    return sample_fields(pair.real, request.param)


@pytest.mark.parametrize("daemons", ["reference"], indirect=True)
def test_both_answers(pair: Pair) -> None:
    """For the real daemon, an instance without interfaces has an address below "z", and does not have it either."""
    below = ["<", "nic.ip/0", "z"]
    assert shows(pair.real, below, "inst1.example.com")
    assert not shows(pair.real, ["!", below], "inst1.example.com")
    assert not shows(pair.ours, below, "inst1.example.com")
    assert shows(pair.ours, ["!", below], "inst1.example.com")


@pytest.mark.parametrize("daemons", ["reference"], indirect=True)
def test_both_answers_for_lists_with_gaps(pair: Pair) -> None:
    """The real daemon fails on lists with a gap; ours finds what is in them."""
    query = ["instance", ["name"], ["=[]", "nic.names", "front"]]
    assert pair.real.ask("Query", query).error[0] == "GenericError"
    assert pair.ours.ask("Query", query).result["data"] == [[[NORMAL, "inst3.example.com"]]]


def shows(client: Connection, qfilter: Filter, name: str) -> bool:
    """Whether the instance of that name passes a filter."""
    return [[NORMAL, name]] in client.ask("Query", ["instance", ["name"], qfilter]).result["data"]


def test_conditions_on_missing_values(pair: Pair, sample: ResourceSample, tally: Tally) -> None:
    """Ours answers as the real daemon does about objects that have the value; the others meet the negation only."""
    comparison = Comparison(pair.name)
    for field in sample.incomplete:
        for condition in conditions(field):
            real = rows_met(pair.real, sample, condition)
            expected = real if isinstance(real, str) else [row for row in real if field.cells[row][0] == NORMAL]
            comparison.note(condition, kind_of(real), expected, rows_met(pair.ours, sample, condition))
            others = real if isinstance(real, str) else [row for row in every_row(field) if row not in expected]
            for negation in negations(condition):
                comparison.note(negation, kind_of(real), others, rows_met(pair.ours, sample, negation))
    tally.check("conditions on missing values", comparison)


def test_lists_with_gaps(pair: Pair, sample: ResourceSample, tally: Tally) -> None:
    """Ours finds every element of every list, gaps or not."""
    comparison = Comparison(pair.name)
    for field in sample.incomplete:
        for element in elements(field):
            condition = ["=[]", field.name, element]
            expected = [row for row in every_row(field) if element in (field.cells[row][1] or ())]
            comparison.note(condition, "data", expected, rows_met(pair.ours, sample, condition))
    tally.check("searches of lists with gaps", comparison)


def every_row(field: FieldSample) -> range:
    """The numbers of all rows of a sample."""
    return range(len(field.cells))


def has_gaps(field: FieldSample) -> bool:
    """Whether some value is a list with an empty place."""
    return any(isinstance(value, list) and None in value for value in field.values)


def conditions(field: FieldSample) -> Iterator[Filter]:
    """Conditions on a field; none on one with gaps, which the real daemon cannot judge."""
    source = FilterSource([field], random.Random(field.name))
    if not has_gaps(field):
        for _ in range(CONDITIONS):
            operator, *operands = source.fitting(field, source.rng.choice(field.values or ["x"]))
            yield [operator.replace("!=", "=="), *operands]


def negations(condition: Filter) -> Iterator[Filter]:
    """The ways to say that a condition is not met."""
    yield ["!", condition]
    if condition[0] == "==":
        yield ["!=", *condition[1:]]


def elements(field: FieldSample) -> list[Any]:
    """What is in the lists of a field with gaps."""
    found = {element for value in field.values if isinstance(value, list) for element in value}
    return sorted(found - {None}) if has_gaps(field) else []


def rows_met(client: Connection, sample: ResourceSample, condition: Filter) -> Met:
    """Ask which objects meet a condition, all of them being looked at."""
    answer = client.ask("Query", [sample.resource, ["uuid"], ["&", condition]])
    if answer.error:
        return outcome(answer)
    numbers = {uuid: row for row, uuid in enumerate(sample.fields["uuid"].values)}
    return [numbers[uuid] for [[_, uuid]] in answer.result["data"]]


def kind_of(met: Met) -> str:
    """In a word, how the question ended."""
    return met if isinstance(met, str) else "data"
