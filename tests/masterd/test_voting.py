"""The count of a vote."""

import pytest

from ganeti_lite.masterd.voting import Verdict, Vote


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (["me"], Verdict.WON),
        ([None], Verdict.UNDECIDED),
        (["other"], Verdict.LOST),
        (["me", "me", "me", "other", "other"], Verdict.WON),
        (["me", "me", "me", None, None], Verdict.WON),
        (["me", "me", None, "other", "other"], Verdict.UNDECIDED),
        (["me", "me", "other", "other", "other"], Verdict.LOST),
        (["me", "other"], Verdict.LOST),
        (["me", None], Verdict.UNDECIDED),
        ([], Verdict.LOST),
    ],
)
def test_more_than_half_must_agree(answers: list[str | None], verdict: Verdict) -> None:
    """All nodes count; half of them are not enough; it is lost as soon as the silent ones could not change that."""
    assert Vote.of("me", answers).verdict is verdict


def test_the_count_is_told() -> None:
    """People see whom the nodes have named, and how many said nothing."""
    vote = Vote.of("me", ["me", "you", None, "you"])
    assert str(vote) == "of 4 nodes, me: 1, you: 2; 1 did not answer"
    assert str(Vote.of("me", [])) == "of 0 nodes, none"
