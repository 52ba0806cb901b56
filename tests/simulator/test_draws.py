"""The generator's source of chance."""

import re
import uuid
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.simulator._draws import Deck, Draws, as_written


@given(st.integers())
def test_uuids_are_random_ones(seed: int) -> None:
    """A UUID is of version 4, in lower case."""
    text = Draws(seed, "test").uuid()
    assert str(uuid.UUID(text)) == text
    assert uuid.UUID(text).version == 4
    assert uuid.UUID(text).variant == uuid.RFC_4122


def test_each_part_has_a_stream_of_its_own() -> None:
    """The same seed gives different parts different draws."""
    assert Draws(1, "nodes").random() != Draws(1, "groups").random()


@given(st.integers(), st.integers(1, 50))
def test_hex_digits_keep_leading_zeros(seed: int, count: int) -> None:
    """As many digits as were asked for."""
    assert re.fullmatch(f"[0-9a-f]{{{count}}}", Draws(seed, "test").hex_digits(count))


@given(st.integers(), st.integers(1, 6))
def test_decks_are_dealt_whole(seed: int, rounds: int) -> None:
    """Every card comes as often as it is in the deck, in each round."""
    deck = Deck(Draws(seed, "test"), "aabc")
    assert Counter(deck.deal() for _ in range(4 * rounds)) == {"a": 2 * rounds, "b": rounds, "c": rounds}


@given(st.floats(1e9, 2e9))
def test_written_times_stay_as_they_are(moment: float) -> None:
    """A time that was written once does not change when it is read and written again."""
    written = as_written(moment)
    assert as_written(written) == written
    assert abs(written - moment) < 1e-6


@given(st.integers())
def test_moments_are_in_order(seed: int) -> None:
    """Created, then modified, within the days asked for."""
    created, modified = Draws(seed, "test").moments(1_000_000_000, days=10)
    assert 1_000_000_000 - 10 * 86400 - 1 <= created <= modified <= 1_000_000_000
