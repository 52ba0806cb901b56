"""Numbers as the real daemon reads and shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.opcodes._numbers import plain_number, read_whole, show_float, to_float, to_word


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, 1), (1.0, 1), (0.5, 0), (1.5, 2), (2.5, 2), (-0.6, -1), (2**63, -(2**63)), (2**64 + 3, 3), (1e300, 0)],
)
def test_whole_numbers_are_rounded_and_cut_to_64_bits(number: float, word: int) -> None:
    """Halves go to the even neighbour; what does not fit wraps around."""
    assert to_word(number) == word


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0.0"),
        (8, "8.0"),
        (-3, "-3.0"),
        (0.1, "0.1"),
        (0.01, "1.0e-2"),
        (-0.099, "-9.9e-2"),
        (9999999, "9999999.0"),
        (10**7, "1.0e7"),
        (12345678.9, "1.23456789e7"),
        (123456789012345678, "1.2345678901234568e17"),
        (5e-324, "5.0e-324"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
    ],
)
def test_floats_are_shown_as_in_haskell(number: float, shown: str) -> None:
    """Plain between 0.1 and ten million, else with an exponent; never without a fraction."""
    assert show_float(number) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_shown_floats_can_be_read_back(number: float) -> None:
    """Every digit that tells a number from its neighbours is shown."""
    assert float(show_float(number)) == number


@pytest.mark.parametrize(
    ("number", "written", "as_float"),
    [
        (1.0, 1, 1),
        (-0.0, 0, 0),
        (0.25, 0.25, 0.25),
        (2**53 + 1, 2**53 + 1, 2**53),
        (1e23, 10**23, 99999999999999991611392),
        (float("-inf"), -(2**1024), -(2**1024)),
    ],
)
def test_whole_numbers_are_written_without_a_fraction(number: float, written: float, as_float: float) -> None:
    """A number of any JSON value keeps its decimal digits, one that is a float for the daemon has the float's."""
    assert (plain_number(number), to_float(number)) == (written, as_float)
    assert (type(plain_number(number)), type(to_float(number))) == (type(written), type(as_float))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12", (12, "")),
        (" 12 G", (12, " G")),
        ("- 1", (-1, "")),
        ("( (-1 )) x", (-1, " x")),
        ("0x1F", (31, "")),
        ("0o17", (15, "")),
        ("010", (10, "")),
        ("1.5", (1, ".5")),
        ("18446744073709551617", (1, "")),
        ("(1", None),
        ("-(1)", None),
        ("+1", None),
        ("", None),
        ("x", None),
    ],
)
def test_whole_numbers_are_read_as_in_haskell(text: str, read: tuple[int, str] | None) -> None:
    """Blanks before it, brackets around it, and other bases are part of a number; what follows is given back."""
    assert read_whole(text) == read
