"""Sizes of memory and disks."""

import pytest

from ganeti_lite.sizes import SizeError, parse_size


@pytest.mark.parametrize(
    ("given", "mebibytes"),
    [
        ("0", 0),
        ("1", 4),
        ("4", 4),
        ("5", 8),
        (".5", 4),
        ("64M", 64),
        ("64 mib", 64),
        ("1g", 1024),
        ("1.5GB", 1536),
        ("0.001g", 4),
        ("2T", 2 * 1024 * 1024),
        (5, 8),
        (256.5, 260),
        (1 << 60, 1 << 60),
    ],
)
def test_sizes(given: object, mebibytes: int) -> None:
    """They are in MiB unless they say else, and multiples of four, numbers as well as texts."""
    assert parse_size(given) == mebibytes


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "Invalid format"),
        ("x", "Invalid format"),
        ("1.2.3", "Invalid format"),
        ("..", "Invalid format"),
        (" 5", "Invalid format"),
        ("-4", "Invalid format"),
        (-4, "Invalid format"),
        (True, "Invalid format"),
        (None, "Invalid format"),
        (10**5000, "Invalid format"),
        ("1x", "Unknown unit: x"),
        (10**400, "Number too large"),
        ("9" * 307 + "t", "Number too large"),
    ],
    ids=lambda value: str(value)[:8] if not isinstance(value, int) else f"of {value.bit_length()} bits",
)
def test_wrong_sizes(given: object, message: str) -> None:
    """What is no size says why."""
    with pytest.raises(SizeError, match=message):
        parse_size(given)
