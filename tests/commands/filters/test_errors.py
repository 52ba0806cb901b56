"""Where a filter is wrong."""

import pytest

from ganeti_lite.commands.filters.errors import FilterSyntaxError


@pytest.mark.parametrize(
    ("source", "position", "lines"),
    [
        (
            "a == b",
            5,
            [
                "Failed to parse query filter 'a == b': Expected this (line 1, column 6)",
                "a == b",
                "     ^",
                "Expected this (line 1, column 6)",
            ],
        ),
        (
            "a\n== b\nor c",
            5,
            [
                "Failed to parse query filter 'a\n== b\nor c': Expected this (line 2, column 4)",
                "== b",
                "   ^",
                "Expected this (line 2, column 4)",
            ],
        ),
        (
            "",
            0,
            [
                "Failed to parse query filter '': Expected this (line 1, column 1)",
                "",
                "^",
                "Expected this (line 1, column 1)",
            ],
        ),
    ],
)
def test_explanation(source: str, position: int, lines: list[str]) -> None:
    """The line in question is shown with a caret below the place."""
    assert FilterSyntaxError(source, position, "Expected this").explain() == lines
