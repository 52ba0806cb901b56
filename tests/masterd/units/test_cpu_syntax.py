"""CPU masks are read as Ganeti reads them."""

import pytest

from ganeti_lite.errors import ParseError
from ganeti_lite.masterd.units._cpu_syntax import ANY_CPU, is_cpu_mask, parse_cpu_mask


@pytest.mark.parametrize(
    ("mask", "lists"),
    [
        ("all", [ANY_CPU]),
        ("3", [3]),
        ("5,0-2", [5]),
        ("0 - 1:2:all", [1, 2, ANY_CPU]),
        ("0-999999999999", [999_999_999_999]),
    ],
)
def test_masks(mask: str, lists: list[int]) -> None:
    """A list for all virtual CPUs, or one for each; a long one costs no more than a short one."""
    assert parse_cpu_mask(mask) == lists
    assert is_cpu_mask(mask)


@pytest.mark.parametrize(("mask", "is_it"), [("0-2,5", True), ("all", False), ("0:1", False), ("", False)])
def test_single_masks(mask: str, is_it: bool) -> None:
    """Containers have one list for all of their CPUs."""
    assert is_cpu_mask(mask, is_single=True) is is_it


def test_no_mask() -> None:
    """An instance that has none may use all CPUs."""
    assert parse_cpu_mask("") == []


@pytest.mark.parametrize(
    ("mask", "text"),
    [
        ("x", "Invalid CPU ID value for CPU mask 'x'"),
        ("0-x:1", "Invalid CPU ID value for CPU mask '0-x'"),
        ("1-2-3", "Invalid CPU ID value for CPU mask '1-2-3'"),
        ("1,", "Invalid CPU ID value for CPU mask ''"),
        ("\u00b2", "Invalid CPU ID value for CPU mask '\u00b2'"),
        ("1" * 19, f"Invalid CPU ID value for CPU mask '{'1' * 19}'"),
        ("3-1", "Invalid CPU range value '3-1' for CPU mask"),
    ],
)
def test_what_is_no_mask(mask: str, text: str) -> None:
    """The error names the part that is none."""
    with pytest.raises(ParseError) as caught:
        parse_cpu_mask(mask)
    assert caught.value.args == (text,)
    assert not is_cpu_mask(mask)
