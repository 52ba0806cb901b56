"""What is to be done, whatever is found."""

import itertools

import pytest

from ganeti_lite.commands.takeover._situation import (
    CannotSwitchError,
    Holder,
    Situation,
    Step,
    plan_handback,
    plan_takeover,
)

SITUATIONS = [Situation(*each) for each in itertools.product(Holder, (False, True), (False, True))]


def after(situation: Situation, step: Step) -> Situation:
    """What a step makes of a situation, if it succeeds."""
    match step:
        case Step.STOP if situation.holder is Holder.OURS and situation.is_aside:
            return Situation(Holder.GANETI, is_aside=False, is_running=False)
        case Step.STOP if situation.holder is Holder.OURS:
            return Situation(Holder.NOBODY, situation.is_aside, is_running=False)
        case Step.STOP:
            return Situation(situation.holder, situation.is_aside, is_running=False)
        case Step.PUT_BACK:
            return Situation(Holder.GANETI, is_aside=False, is_running=situation.is_running)
        case Step.START:
            return Situation(Holder.OURS, is_aside=True, is_running=True)
    return situation


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_takeover_leads_to_one_end_from_wherever_it_is_begun(situation: Situation) -> None:
    """Either it is told why it cannot begin, or in the end both answer; whoever runs it then finds nothing to do."""
    try:
        steps = plan_takeover(situation)
    except CannotSwitchError:
        assert situation.holder is not Holder.GANETI
        assert not (situation.holder is Holder.NOBODY and situation.is_aside)
        return
    for step in steps:
        if step in (Step.TRIAL, Step.START):
            assert situation.holder is Holder.GANETI, "nothing is tried beside nothing"
            assert not situation.is_running, "no two of ours"
        situation = after(situation, step)
    assert (situation.holder, situation.is_aside) == (Holder.OURS, True)
    assert plan_takeover(situation) == []


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_handback_leads_to_one_end_from_wherever_it_is_begun(situation: Situation) -> None:
    """Step by step ours is gone, and Ganeti's daemon, if there is one, has its place."""
    has_ganeti = situation.is_aside or situation.holder is Holder.GANETI
    for _ in range(4):
        steps = plan_handback(situation)
        if not steps:
            break
        situation = after(situation, steps[0])
    assert plan_handback(situation) == []
    assert not situation.is_running
    assert not has_ganeti or situation.holder is Holder.GANETI


def test_nothing_is_compared_or_started_without_ganeti() -> None:
    """Where nobody answers there is nothing to take over, and the message says what to do."""
    with pytest.raises(CannotSwitchError, match="start Ganeti's daemons first"):
        plan_takeover(Situation(Holder.NOBODY, is_aside=False, is_running=False))
