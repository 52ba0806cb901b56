"""Which rule applies to a job, and what may run at the same time because of it. Pure.

Rules apply in ascending (priority, watermark, uuid): the first one of which all predicates hold and whose action is
not CONTINUE. A predicate is ``["jobid", expression]`` (of field ``id``; the value ``watermark`` stands for the rule's),
``["opcode", expression]`` (of a parameter of any opcode, with dots to get into objects) or ``["reason", expression]``
(of ``source``, ``reason``, ``timestamp`` of any entry of a reason trail); expressions are those of queries' filters.

As in Ganeti 3.0, of job ids and reasons only comparisons can hold. A condition on a parameter that an opcode does not
have is not met; one that takes values of another type makes the predicate false for that opcode.
"""

import enum
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from attrs import evolve, frozen

from ganeti_lite.errors import GanetiError
from ganeti_lite.query.qfilter import (
    Compare,
    Filter,
    FilterSyntaxError,
    Leaf,
    SearchAllowance,
    encode_filter,
    parse_filter,
    select,
    test_leaf,
)
from ganeti_lite.query.values import NODATA, thaw
from ganeti_lite.snapshot import FilterRule, Job

WATERMARK: Final = "watermark"
_ADHOC: Final = re.compile(r"rate-limit:([0-9]+):.*", re.DOTALL)


class MalformedRuleError(ValueError):
    """Something that is no predicate or action of a rule; the text is that of Ganeti 3.0."""


class ActionKind(enum.StrEnum):
    """What a rule does with a job."""

    ACCEPT = "ACCEPT"
    PAUSE = "PAUSE"
    """It stays queued."""
    REJECT = "REJECT"
    """It is cancelled."""
    CONTINUE = "CONTINUE"
    """The next rule decides."""
    RATE_LIMIT = "RATE_LIMIT"
    """So many of these jobs may run at once."""


@frozen
class Action:
    """What a rule does.

    :ivar limit: of a RATE_LIMIT, at least 1; else 0.
    """

    kind: ActionKind
    limit: int = 0

    def to_json(self) -> object:
        """As it is stored."""
        return str(self.kind) if self.kind is not ActionKind.RATE_LIMIT else [str(self.kind), self.limit]


class PredicateKind(enum.StrEnum):
    """What a predicate is about."""

    JOB_ID = "jobid"
    OPCODE = "opcode"
    REASON = "reason"


@frozen
class Predicate:
    """A condition on a job."""

    kind: PredicateKind
    condition: Filter

    def to_json(self) -> list[object]:
        """As it is stored: ``=`` becomes ``==``."""
        return [str(self.kind), encode_filter(self.condition)]


@frozen
class Rule:
    """A rule, ready for use."""

    uuid: str
    watermark: int
    predicates: tuple[Predicate, ...]
    action: Action


class Bucket(NamedTuple):
    """Jobs of which only so many may run at once; ``name`` is a reason's text, or a rule's UUID."""

    name: str
    limit: int


@frozen
class Treatment:
    """What is to become of a job.

    :ivar action: of the rule that applies; ACCEPT if none does.
    :ivar buckets: what it has to find room in, besides.
    """

    action: Action
    buckets: tuple[Bucket, ...]


Reason: TypeAlias = tuple[str, str, int]

_ACCEPT: Final = Action(ActionKind.ACCEPT)


def parse_action(raw: object) -> Action:
    """The action that decoded JSON stands for.

    :raises MalformedRuleError: it stands for none.
    """
    match raw:
        case "ACCEPT" | "PAUSE" | "REJECT" | "CONTINUE":
            return Action(ActionKind(raw))
        case ["RATE_LIMIT", int(limit)] if limit > 0 and not isinstance(limit, bool):
            return Action(ActionKind.RATE_LIMIT, limit)
        case ["RATE_LIMIT", _]:
            raise MalformedRuleError("RATE_LIMIT argument must be a positive integer")
    raise MalformedRuleError(f"malformed FilterAction JSON: {_show(raw)}")


def parse_predicate(raw: object) -> Predicate:
    """The predicate that decoded JSON stands for.

    :raises MalformedRuleError: it stands for none.
    """
    if not (isinstance(raw, list) and raw and isinstance(raw[0], str)):
        form = "must be a list with the first entry being a string describing the predicate type"
        raise MalformedRuleError(f"malformed FilterPredicate: {form}")
    kind, *parameters = raw
    if kind not in frozenset(PredicateKind) or len(parameters) != 1:
        reason = f"bad parameter list for '{kind}' predicate: {_show(parameters)}"
        raise MalformedRuleError(f"malformed FilterPredicate: {reason}")
    try:
        return Predicate(PredicateKind(kind), parse_filter(parameters[0]))
    except FilterSyntaxError as error:
        raise MalformedRuleError(str(error)) from error


def _show(value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except RecursionError:
        return "…"


def order_rules(rules: Iterable[FilterRule]) -> tuple[Rule, ...]:
    """The rules of a configuration in the order that they apply in; malformed ones never hold, and are left out."""
    ordered = sorted(rules, key=lambda rule: (rule.priority, rule.watermark, rule.uuid))
    parsed = (_parse_rule(rule) for rule in ordered)
    return tuple(rule for rule in parsed if rule is not None)


def _parse_rule(rule: FilterRule) -> Rule | None:
    try:
        predicates = tuple(parse_predicate(thaw(raw)) for raw in rule.predicates)
        return Rule(rule.uuid, rule.watermark, predicates, parse_action(thaw(rule.action)))
    except MalformedRuleError:
        return None


def treat(job: Job, rules: Sequence[Rule]) -> Treatment:
    """What is to become of a job, by *rules* in their order and by the rate limits that its own reasons set."""
    facts = _Facts.of(job)
    buckets = dict.fromkeys(_list_adhoc(facts.reasons))
    for rule in rules:
        if rule.action.kind is not ActionKind.CONTINUE and _applies(rule, facts):
            if rule.action.kind is ActionKind.RATE_LIMIT:
                buckets[Bucket(rule.uuid, rule.action.limit)] = None
            return Treatment(rule.action, tuple(buckets))
    return Treatment(_ACCEPT, tuple(buckets))


def _list_adhoc(reasons: Iterable[Reason]) -> list[Bucket]:
    matches = (_ADHOC.fullmatch(text) for _, text, _ in reasons)
    return [Bucket(match[0], limit) for match in matches if match and (limit := int(match[1])) > 0]


@frozen
class _Facts:
    """What rules can be about.

    :ivar opcodes: their parameters, decoded.
    """

    job_id: int
    opcodes: tuple[dict[str, Any], ...]
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, job: Job) -> "_Facts":
        decoded = [_decode(opcode.input) for opcode in job.opcodes]
        opcodes = tuple(opcode for opcode in decoded if isinstance(opcode, dict))
        trails = (opcode.get("reason") for opcode in opcodes)
        entries = (entry for trail in trails if isinstance(trail, list) for entry in trail)
        return cls(job.id, opcodes, tuple(_read_reasons(entries)))


def _decode(data: msgspec.Raw) -> object:
    try:
        value: object = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return None
    return value


def _read_reasons(entries: Iterable[object]) -> Iterable[Reason]:
    for entry in entries:
        match entry:
            case [str(source), str(text), int(time)]:
                yield source, text, time


def _applies(rule: Rule, facts: _Facts) -> bool:
    return all(_HOLDS[predicate.kind](predicate.condition, facts, rule.watermark) for predicate in rule.predicates)


def _is_about_id(condition: Filter, facts: _Facts, watermark: int) -> bool:
    def test(leaf: Leaf) -> bool:
        if not isinstance(leaf, Compare) or leaf.field != "id":
            return False
        number = evolve(leaf, value=watermark) if leaf.value == WATERMARK else leaf
        return isinstance(number.value, int) and _test(number, facts.job_id)

    return _passes(condition, test)


def _is_about_opcode(condition: Filter, facts: _Facts, watermark: int) -> bool:
    del watermark
    return any(_passes(condition, partial(_test_parameter, opcode)) for opcode in facts.opcodes)


def _test_parameter(opcode: dict[str, Any], leaf: Leaf) -> bool:
    """Test the value at a dotted path; no data if there is none, or null."""
    found: Any = opcode
    for name in leaf.field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return _test(leaf, NODATA if found is None else tuple(found) if isinstance(found, list) else found)


def _is_about_reason(condition: Filter, facts: _Facts, watermark: int) -> bool:
    del watermark
    return any(_passes(condition, partial(_test_reason, reason)) for reason in facts.reasons)


def _test_reason(reason: Reason, leaf: Leaf) -> bool:
    value = dict(zip(("source", "reason", "timestamp"), reason, strict=True)).get(leaf.field)
    return isinstance(leaf, Compare) and isinstance(value, type(leaf.value)) and _test(leaf, value)


_HOLDS: Final[dict[PredicateKind, Callable[[Filter, _Facts, int], bool]]] = {
    PredicateKind.JOB_ID: _is_about_id,
    PredicateKind.OPCODE: _is_about_opcode,
    PredicateKind.REASON: _is_about_reason,
}


def _passes(condition: Filter, test: Callable[[Leaf], bool]) -> bool:
    """Whether *condition* holds, each leaf of which is tested by *test*; not if one cannot be tested."""
    try:
        return bool(select(condition, [0], lambda leaf, _rows: [test(leaf)]))
    except GanetiError:
        return False


def _test(leaf: Leaf, value: object) -> bool:
    return test_leaf(leaf, [value], SearchAllowance(), is_hostname=False)[0]
