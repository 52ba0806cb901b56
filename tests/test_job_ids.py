"""Job ids as clients write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.job_ids import check_job_id, parse_job_id


@given(st.integers(0, 2**63 - 1), st.sampled_from(["", " ", "\n", " \t "]), st.integers(0, 3))
def test_numbers_are_ids(number: int, blanks: str, zeros: int) -> None:
    """Decimal digits are the id, leading zeros and blanks around them or not."""
    assert parse_job_id(f"{blanks}{'0' * zeros}{number}{blanks}") == number
    assert check_job_id(number) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "parsing job id: cannot parse string ''"),
        ("x", "parsing job id: cannot parse string 'x'"),
        ("\u0665", "parsing job id: cannot parse string '\u0665'"),
        ("5x", "parsing job id: leftover characters when parsing '5x': 'x'"),
        ("5 6", "parsing job id: leftover characters when parsing '5 6': '6'"),
        ("1.5", "parsing job id: leftover characters when parsing '1.5': '.5'"),
        ("-5", "Invalid value for job ID ' -5'"),
    ],
)
def test_anything_else_is_an_error(text: str, reason: str) -> None:
    """What is no id is told in the words that clients know."""
    with pytest.raises(ValueError, match=r".") as wrong:
        parse_job_id(text)
    assert str(wrong.value) == reason


@given(st.text())
def test_any_text_is_an_id_or_an_error(text: str) -> None:
    """Nothing else is raised, and no id is negative."""
    try:
        assert parse_job_id(text) >= 0
    except ValueError:
        return


def test_no_number_is_too_long() -> None:
    """Digits beyond what Python converts are an error like any other."""
    with pytest.raises(ValueError, match="digits"):
        parse_job_id("1" * 10_000)


def test_negative_numbers_are_no_ids() -> None:
    """There is no job below 0."""
    with pytest.raises(ValueError, match="Invalid value for job ID ' -1'"):
        check_job_id(-1)
