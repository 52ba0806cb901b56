"""Rules for jobs: which one applies, what it does, and which limits come from reasons."""

from typing import Any, Final

import pytest

from ganeti_lite.masterd.job_filters import (
    Action,
    ActionKind,
    Bucket,
    MalformedRuleError,
    order_rules,
    parse_action,
    parse_predicate,
    treat,
)
from ganeti_lite.snapshot import FilterRule, Job
from tests.masterd.jobs import delay, make_job

STARTUP: Final = {
    "OP_ID": "OP_INSTANCE_STARTUP",
    "instance_name": "web1",
    "hvparams": {"kernel_path": "/vmlinuz"},
    "reason": [["gnt:client:gnt-instance", "start", 5]],
    "duration": 2,
    "nics": ["a", "b"],
    "force": True,
    "comment": None,
    "priority": 0,
}
MALFORMED: Final = "malformed FilterPredicate: "
JOB: Final = make_job(42, STARTUP)


def make_rule(
    *predicates: Any, action: Any = "PAUSE", uuid: str = "u", watermark: int = 50, priority: int = 0
) -> FilterRule:
    """A rule."""
    return FilterRule(uuid=uuid, watermark=watermark, priority=priority, predicates=predicates, action=action)


def holds(*predicates: Any, job: Job = JOB) -> bool:
    """Whether a rule with these predicates applies."""
    return treat(job, order_rules([make_rule(*predicates)])).action.kind is ActionKind.PAUSE


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (["jobid", ["=", "id", 42]], True),
        (["jobid", ["<=", "id", "watermark"]], True),
        (["jobid", [">", "id", "watermark"]], False),
        (["jobid", ["!=", "id", 42]], False),
        (["jobid", ["&", [">", "id", 1], ["!", ["=", "id", 7]]]], True),
        (["jobid", ["=", "id", "42"]], False),
        (["jobid", ["=", "status", 42]], False),
        (["jobid", ["?", "id"]], False),
        (["jobid", ["=~", "id", "4"]], False),
        (["jobid", None], True),
        (["opcode", ["=", "OP_ID", "OP_INSTANCE_STARTUP"]], True),
        (["opcode", ["=~", "instance_name", "^web"]], True),
        (["opcode", ["=", "hvparams.kernel_path", "/vmlinuz"]], True),
        (["opcode", ["=", "hvparams.nothing", "/vmlinuz"]], False),
        (["opcode", ["=", "instance_name.nothing", "web1"]], False),
        (["opcode", ["=[]", "nics", "b"]], True),
        (["opcode", ["?", "force"]], True),
        (["opcode", [">=", "duration", 2]], True),
        (["opcode", ["=", "comment", "x"]], False),
        (["opcode", ["!=", "comment", "x"]], True),
        (["opcode", ["!=", "duration", "x"]], False),
        (["opcode", ["?", "instance_name"]], False),
        (["reason", ["=", "source", "gnt:client:gnt-instance"]], True),
        (["reason", ["&", ["=", "reason", "start"], ["<", "timestamp", 6]]], True),
        (["reason", ["&", ["=", "reason", "start"], ["=", "source", "gnt:opcode:instance_startup"]]], False),
        (["reason", ["=~", "reason", "start"]], False),
        (["reason", ["=", "timestamp", "5"]], False),
        (["reason", ["=", "user", "x"]], False),
    ],
)
def test_a_predicate_holds(predicate: Any, expected: bool) -> None:
    """Job ids and reasons are compared, parameters of opcodes tested as in queries."""
    assert holds(predicate) is expected


def test_any_opcode_and_any_reason_will_do() -> None:
    """But it is one and the same that has to satisfy the whole of an expression."""
    job = make_job(1, delay(reasons=("a",)), STARTUP)
    assert holds(["opcode", ["=", "instance_name", "web1"]], job=job)
    assert holds(["reason", ["=", "reason", "a"]], job=job)
    assert not holds(["opcode", ["&", ["=", "instance_name", "web1"], ["=", "OP_ID", "OP_TEST_DELAY"]]], job=job)


def test_all_predicates_have_to_hold() -> None:
    """A rule without predicates holds for every job."""
    assert holds()
    assert not holds(["jobid", ["=", "id", 42]], ["jobid", ["=", "id", 43]])


def test_the_first_rule_that_holds_decides() -> None:
    """In order of priority, watermark, UUID; CONTINUE leaves it to the next ones."""
    rules = [
        make_rule(action="REJECT", uuid="c", priority=1),
        make_rule(action="PAUSE", uuid="b", watermark=51),
        make_rule(action="ACCEPT", uuid="a", watermark=52),
        make_rule(action="CONTINUE", uuid="0"),
        make_rule(["jobid", ["=", "id", 1]], action="REJECT", uuid="00"),
        make_rule(["jobid", "malformed"], action="REJECT", uuid="000"),
    ]
    assert treat(JOB, order_rules(rules)).action.kind is ActionKind.PAUSE
    assert treat(JOB, order_rules(rules[:1])).action.kind is ActionKind.REJECT
    assert treat(JOB, order_rules(rules[3:])).action.kind is ActionKind.ACCEPT


def test_rate_limits() -> None:
    """A rule's and those that the job brings in its reasons, each text a bucket of its own."""
    texts = ("rate-limit:2:backup", "rate-limit:0:none", "rate-limit:x:none", "rate-limit:3", "rate-limit:2:backup")
    job = make_job(1, delay(reasons=texts), delay(reasons=("rate-limit:3:", "no rate-limit:3:x")))
    treatment = treat(job, order_rules([make_rule(action=["RATE_LIMIT", 4], uuid="rule")]))
    assert treatment.action == Action(ActionKind.RATE_LIMIT, 4)
    assert treatment.buckets == (Bucket("rate-limit:2:backup", 2), Bucket("rate-limit:3:", 3), Bucket("rule", 4))
    assert treat(job, ()).buckets == treatment.buckets[:2]


@pytest.mark.parametrize("raw", ["ACCEPT", "PAUSE", "REJECT", "CONTINUE", ["RATE_LIMIT", 3]])
def test_actions_are_stored_as_they_come(raw: Any) -> None:
    """Each is read and written in Ganeti's form."""
    assert parse_action(raw).to_json() == raw


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("FOO", 'malformed FilterAction JSON: "FOO"'),
        (["RATE_LIMIT"], 'malformed FilterAction JSON: ["RATE_LIMIT"]'),
        (None, "malformed FilterAction JSON: null"),
        (["RATE_LIMIT", 0], "RATE_LIMIT argument must be a positive integer"),
        (["RATE_LIMIT", "5"], "RATE_LIMIT argument must be a positive integer"),
        (["RATE_LIMIT", True], "RATE_LIMIT argument must be a positive integer"),
    ],
)
def test_malformed_actions(raw: Any, text: str) -> None:
    """Refused in Ganeti's words."""
    with pytest.raises(MalformedRuleError) as caught:
        parse_action(raw)
    assert str(caught.value) == text


def test_equality_is_stored_in_its_long_form() -> None:
    """``=`` comes back as ``==``, everything else as it was."""
    raw = ["opcode", ["|", ["=", "a", 1], ["!", ["?", "b"]], ["=~", "c", "x"], ["=[]", "d", "y"], ["&", None]]]
    assert parse_predicate(raw).to_json() == ["opcode", ["|", ["==", "a", 1], *raw[1][2:]]]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("x", f"{MALFORMED}must be a list with the first entry being a string describing the predicate type"),
        (["foo", 1], f"{MALFORMED}bad parameter list for 'foo' predicate: [1]"),
        (["jobid"], f"{MALFORMED}bad parameter list for 'jobid' predicate: []"),
        (["jobid", ["~", "id"]], "Unknown filter operand '~'"),
    ],
)
def test_malformed_predicates(raw: Any, text: str) -> None:
    """Refused in Ganeti's words."""
    with pytest.raises(MalformedRuleError) as caught:
        parse_predicate(raw)
    assert str(caught.value) == text
