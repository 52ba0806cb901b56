"""The rules for jobs, as clients change them."""

from typing import Any

import pytest

from ganeti_lite.errors import GenericError
from ganeti_lite.masterd.filter_rules import FilterRules
from ganeti_lite.masterd.submission import DeleteFilter, ReplaceFilter, decode_order

from .clusters import make_node, make_snapshot
from .configs import Config
from .queues import NOW
from .results import outcome

UUID = "11111111-2222-4333-8444-555555555555"
OTHER = "22222222-2222-4333-8444-555555555555"


@pytest.fixture
def config() -> Config:
    """A configuration without rules."""
    return Config(make_snapshot(make_node("one")), NOW)


def replace(config: Config, *args: Any, last_id: int = 3) -> Any:
    """Carry out an order with these arguments when so many jobs have been submitted; the rule's UUID."""
    order = decode_order("ReplaceFilter", list(args), ())
    assert isinstance(order, ReplaceFilter)
    return outcome(FilterRules(config, lambda: last_id, lambda: NOW, lambda: UUID).replace(order))


def delete(config: Config, uuid: str) -> Any:
    """Remove a rule."""
    return outcome(FilterRules(config, lambda: 0, lambda: NOW, lambda: UUID).delete(DeleteFilter(uuid)))


def test_rules_come_and_go(config: Config) -> None:
    """A new one has a UUID, the number of the last job, and who has put it there."""
    assert replace(config, None, 5, [["jobid", [">", "id", 0]]], "PAUSE", []) == UUID
    rule = config.snapshot.filters[UUID]
    assert (rule.priority, rule.watermark, rule.action) == (5, 3, "PAUSE")
    assert rule.predicates == (("jobid", (">", "id", 0)),)
    assert rule.reason_trail == (("luxid", "", 1_800_000_000_250_000_000),)
    assert delete(config, UUID) is None
    assert UUID not in config.snapshot.filters


def test_a_rule_replaces_the_one_of_its_uuid(config: Config) -> None:
    """Its watermark is that of now; the trail begins with what was sent."""
    replace(config, OTHER, 5, [], "PAUSE", [])
    trail = [["gnt:user", "night", 7]]
    assert replace(config, OTHER, 0, [], ["RATE_LIMIT", 2], trail, last_id=4) == OTHER
    rule = config.snapshot.filters[OTHER]
    assert (rule.watermark, rule.action) == (4, ("RATE_LIMIT", 2))
    assert rule.reason_trail[0] == ("gnt:user", "night", 7)


def test_a_rule_that_is_not_there_cannot_be_deleted(config: Config) -> None:
    """With the text that Ganeti's tools know."""
    with pytest.raises(GenericError, match=f"Filter rule with UUID {UUID} does not exist"):
        delete(config, UUID)
