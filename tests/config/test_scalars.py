"""Leaves: which forms of a value are taken, and as what."""

import pytest

from ganeti_lite.config._scalars import describe, structure_integer, structure_number, structure_size


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (512, 512),
        (512.0, 512),
        (0, 0),
        ("512", 512),
        ("512m", 512),
        ("512 MiB", 512),
        (" 1g ", 1024),
        ("1G", 1024),
        ("1.5g", 1536),
        ("0.1m", 1),
        ("1Tb", 1048576),
    ],
)
def test_amounts_of_memory(value: object, size: int) -> None:
    """MiB as a number, or a text with a unit; what is left of a MiB counts as one."""
    assert structure_size(value, None) == size


@pytest.mark.parametrize(
    "value", ["", "g", "1k", "-1", "1,5g", "1 g b", "1e3", "9" * 400, "٣", "1ıb", None, True, [], 1.5, 2**63]
)
def test_no_amounts_of_memory(value: object) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="expected "):
        structure_size(value, None)


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (1.0, 1), (-0.0, 0), (1.25, 1.25), (1.76e9, 1760000000), (1e300, 1e300), (2.0**63, 2.0**63)],
)
def test_numbers(value: float, number: float) -> None:
    """A whole number that fits into 64 bits becomes an ``int``, since answers show no fraction then."""
    result = structure_number(value, None)
    assert (result, type(result)) == (number, type(number))


@pytest.mark.parametrize("value", [2**63 - 1, 1 - 2**63, 3.0])
def test_whole_numbers(value: float) -> None:
    """All of 64 bits, and floats without a fraction."""
    assert (structure_integer(value, None), type(structure_integer(value, None))) == (value, int)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": 1}, "an object"),
        ([1], "a list"),
        (None, "null"),
        ("x", "'x'"),
        (5, "5"),
        ("x" * 50, "'" + "x" * 36 + "..."),
    ],
)
def test_descriptions(value: object, shown: str) -> None:
    """Faults show small values and name the kind of large ones."""
    assert describe(value) == shown
