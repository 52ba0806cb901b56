"""What the arguments of a listing select."""

import re

import pytest

from ganeti_lite.commands.filters.errors import FilterSyntaxError
from ganeti_lite.commands.filters.globs import is_glob, translate_glob
from ganeti_lite.commands.filters.selection import select_items
from ganeti_lite.errors import OpPrereqError


@pytest.mark.parametrize(
    ("arguments", "qfilter"),
    [
        ([], None),
        (["a"], ["|", ["==", "name", "a"]]),
        (["a", "b"], ["|", ["==", "name", "a"], ["==", "name", "b"]]),
        ([""], ["|", ["==", "name", ""]]),
        (["-"], ["|", ["==", "name", "-"]]),
        (["a*", "b"], ["|", ["=~", "name", r"^a[^.]*(\..*)?$"], ["==", "name", "b"]]),
        (["[ab]"], ["|", ["==", "name", "[ab]"]]),
        (["a?.b[c]+"], ["|", ["=~", "name", r"^a[^.]\.b\[c\]\+(\..*)?$"]]),
        (["a", "b =="], ["|", ["==", "name", "a"], ["==", "name", "b =="]]),
        (['a == "b"'], ["==", "a", "b"]),
        (["be/auto_balance"], ["?", "be/auto_balance"]),
        (["\ta"], ["?", "a"]),
    ],
)
def test_arguments(arguments: list[str], qfilter: object) -> None:
    """Names and globs are looked up; a single argument that can be no name is a filter."""
    assert select_items(arguments, has_filter=False) == qfilter


def test_promised_filter() -> None:
    """What the user calls a filter is one, whatever it looks like."""
    assert select_items(["offline"], has_filter=True) == ["?", "offline"]
    with pytest.raises(FilterSyntaxError):
        select_items(["a*"], has_filter=True)


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_broken_promise(arguments: list[str]) -> None:
    """A filter is exactly one argument."""
    with pytest.raises(OpPrereqError, match="Exactly one argument must be given as a filter"):
        select_items(arguments, has_filter=True)


@pytest.mark.parametrize(
    ("glob", "name", "is_match"),
    [
        ("web*", "web1", True),
        ("web*", "web1.example.com", True),
        ("web*", "a.web1", False),
        ("*", "a.b.c", True),
        ("*.b", "a.b.c", True),
        ("*.c", "a.b.c", False),
        ("web?", "web12", False),
        ("w.b*", "web", False),
    ],
)
def test_globs(glob: str, name: str, is_match: bool) -> None:
    """A glob stays within a part of the name, and the domain may be left out."""
    assert is_glob(glob)
    assert bool(re.search(translate_glob(glob), name)) == is_match
