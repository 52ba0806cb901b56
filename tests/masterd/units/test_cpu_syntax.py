"""CPU masks are read as Ganeti reads them."""

import pytest

from ganeti_lite.errors import ParseError
from ganeti_lite.masterd.units._cpu_syntax import is_cpu_mask, parse_cpu_mask


@pytest.mark.parametrize(
    ("mask", "lists"),
    [
        ("", []),
        ("all", [set()]),
        ("3", [{3}]),
        ("0-2,5", [{0, 1, 2, 5}]),
        ("0-1:2:all", [{0, 1}, {2}, set()]),
    ],
)
def test_masks(mask: str, lists: list[set[int]]) -> None:
    """A list for all virtual CPUs, or one for each."""
    assert parse_cpu_mask(mask) == lists
    assert is_cpu_mask(mask)


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        ("x", "Invalid CPU ID value for CPU mask 'x'"),
        ("0-x:1", "Invalid CPU ID value for CPU mask '0-x'"),
        ("1-2-3", "Invalid CPU ID value for CPU mask '1-2-3'"),
        ("1,", "Invalid CPU ID value for CPU mask ''"),
        ("3-1", "Invalid CPU range value '3-1' for CPU mask"),
    ],
)
def test_what_is_no_mask(mask: str, text: str) -> None:
    """The error names the part that is none."""
    with pytest.raises(ParseError) as caught:
        parse_cpu_mask(mask)
    assert caught.value.args == (text,)
    assert not is_cpu_mask(mask)
