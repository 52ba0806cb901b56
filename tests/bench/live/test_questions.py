"""What is counted in answers."""

import json

import pytest

from .questions import count_statuses, count_unanswered

ANSWER = json.dumps({"success": True, "result": {"data": [[[0, "a"], [2, None]], [[0, "b"], [4, None]], [[0, "c"]]]}})


def test_cells_are_counted_by_status() -> None:
    """Values make no difference."""
    assert count_statuses(ANSWER.encode()) == {0: 3, 2: 1, 4: 1}


def test_rows_without_data_are_counted() -> None:
    """An offline node is not one that does not answer."""
    assert count_unanswered(ANSWER.encode()) == 1


def test_an_error_is_no_answer() -> None:
    """It is never counted as an empty list."""
    with pytest.raises(ValueError, match="refused"):
        count_statuses(b'{"success": false, "result": ["OpPrereqError", []]}')
