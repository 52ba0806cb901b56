"""Nice sort: the order of listings, against the rule as it is written down."""

import random
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ganeti_lite.snapshot import nice_key

NICE_ORDER = [
    *("1a", "9", "10", "A", "B2", "_", "a", "a01", "a1", "a001", "a1-", "a1.5", "a1.10", "a1b", "a-1", "a.1", "a_1"),
    *("ab", "default", "rack9", "rack10"),
]
"""As the real query daemon lists them; ``a01``, ``a1`` and ``a001`` tie."""

HOST_ORDER = ["inst1.example.com", "inst1.sub.example.com", "inst2.example.com", "inst10.example.com"]

NAMES = st.text(st.sampled_from("0019aAé.-\x00\x01\x02٣") | st.characters(), max_size=12)
"""With the characters that keys use for themselves, and digits that are not ASCII."""


def as_list(name: str) -> list[tuple[int, int, str]]:
    """The key as the rule has it: a list of integers and texts, an integer less than any text."""
    runs = re.findall("[0-9]+|[^0-9]+", name)
    return [(0, int(run), "") if run[0] in "0123456789" else (1, 0, run) for run in runs]


@pytest.mark.parametrize("names", [NICE_ORDER, HOST_ORDER])
def test_known_orders(names: list[str]) -> None:
    """Names come out in the order that Ganeti lists them in, ties as they were."""
    assert sorted(names, key=nice_key) == names
    shuffled = random.Random(1).sample(names, len(names))
    assert [nice_key(name) for name in sorted(shuffled, key=nice_key)] == [nice_key(name) for name in names]


@given(NAMES, NAMES)
@example("a\x00", "a1")
@example("a\x01", "a\x00")
@example("00", "0")
@example("9" * 1200, "1" + "0" * 1200)
def test_keys_compare_as_the_rule(first: str, second: str) -> None:
    """One key is less than another, or equal to it, just where the lists of runs are."""
    assert (nice_key(first) < nice_key(second)) == (as_list(first) < as_list(second))
    assert (nice_key(first) == nice_key(second)) == (as_list(first) == as_list(second))


@given(st.lists(NAMES, max_size=8))
def test_sorting_is_that_of_the_rule(names: list[str]) -> None:
    """Whole lists are sorted alike, ties included."""
    assert sorted(names, key=nice_key) == sorted(names, key=as_list)
