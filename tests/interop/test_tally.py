"""What was compared in several processes is counted together."""

import json

import pytest

from .compare import Comparison
from .tally import Tally


def compare(subject: str, tally: Tally, *pairs: tuple[object, object]) -> None:
    """Count a comparison of these values."""
    comparison = Comparison("there")
    for real, ours in pairs:
        comparison.note("a question", "data", real, ours)
    tally.check(subject, comparison)


def test_counts_of_processes_are_added() -> None:
    """By subject, with those that differed."""
    here, there = Tally(), Tally()
    compare("jobs", here, (1, 1), (2, 2))
    compare("jobs", there, (3, 3))
    with pytest.raises(AssertionError, match="1 of 2 answers differ"):
        compare("locks", there, (1, 1), (1, 2))
    here.add(json.loads(json.dumps(there.plain())))
    assert list(here.lines()) == [
        "jobs: 3 (3 data), 0 differ",
        "locks: 2 (2 data), 1 differ",
        "in all: 5 compared, 1 differ",
    ]
