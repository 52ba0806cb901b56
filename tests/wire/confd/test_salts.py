"""Which texts are times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.wire.confd._salts import parse_salt


@pytest.mark.parametrize(
    "salt",
    [
        "1795384624",
        "001795384624",
        " 1795384624",
        "\t1795384624",
        "(1795384624)",
        "((1795384624))",
        "( 1795384624 )",
        " ( ( 1795384624 ) )",
        "0x6b036530",
        "0X6B036530",
        "(0x6b036530)",
        "0o15300662460",
        "0O15300662460",
    ],
)
def test_numbers_as_the_real_daemon_reads_them(salt: str) -> None:
    """All these are the same time."""
    assert parse_salt(salt) == 1795384624


@pytest.mark.parametrize(
    "salt",
    [
        "",
        " ",
        "()",
        "1 ",
        "1\n",
        "+1",
        "-1",
        "- 1",
        "1.0",
        "1e0",
        "1_0",
        "0b1",
        "(1",
        "1)",
        "1a",
        "0x",
        "0o8",
        "٣",
        "²",
    ],
)
def test_what_is_no_number(salt: str) -> None:
    """None of these is a time."""
    assert parse_salt(salt) is None


@given(st.integers(0, 2**70))
def test_any_notation_of_any_number(number: int) -> None:
    """Decimal, hexadecimal and octal, of any size."""
    assert {parse_salt(text) for text in (str(number), hex(number), oct(number), f"({number})")} == {number}
