"""What the daemons say about fields themselves: names, titles, kinds and order; the descriptions are our own."""

import random

import pytest

from .compare import Pair
from .fields import OTHER_RESOURCES, RESOURCES, UNKNOWN_FIELDS, field_sets
from .tally import Tally

pytestmark = pytest.mark.interop

SUBJECT = "field definitions"


@pytest.mark.parametrize("resource", [*RESOURCES, *OTHER_RESOURCES])
def test_all_fields_are_defined_alike(pair: Pair, resource: str, tally: Tally) -> None:
    """Asked for nothing in particular, both list every field, run-time fields too, in the same order."""
    tally.check(SUBJECT, pair.compare([("QueryFields", [resource, None]), ("QueryFields", [resource, []])]))


@pytest.mark.parametrize("resource", [*RESOURCES, *OTHER_RESOURCES])
def test_chosen_fields_are_defined_alike(pair: Pair, resource: str, tally: Tally) -> None:
    """Asked for some fields, both define those as asked, repeated and unknown ones included."""
    names = [field["name"] for field in pair.real.ask("QueryFields", [resource, None]).result["fields"]]
    chosen = [[name] for name in (*names, *UNKNOWN_FIELDS)]
    chosen += field_sets(names, random.Random(resource), 40)
    tally.check(SUBJECT, pair.compare(("QueryFields", [resource, some]) for some in chosen))


@pytest.mark.parametrize("resource", RESOURCES)
def test_rows_come_with_the_same_definitions(pair: Pair, resource: str) -> None:
    """Our answer to a query defines its fields as our answer to the question for their definitions does."""
    defined = pair.ours.ask("QueryFields", [resource, None]).result["fields"]
    names = [field["name"] for field in defined]
    assert pair.ours.ask("Query", [resource, names, ["|"]]).result["fields"] == defined
