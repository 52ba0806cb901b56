"""Fields of filter rules for jobs."""

from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query._trampoline import Walk, bounce
from ganeti_lite.snapshot import FilterRule, Json

from ._field import attribute, config_field, each, index_fields


def _predicates(rule: FilterRule) -> object:
    """Its predicates; old spellings of conditions are told in the one form that there is today."""
    return tuple([_canonical(predicate) for predicate in rule.predicates])


def _canonical(predicate: Json) -> Json:
    match predicate:
        case (kind, condition):
            return (kind, bounce(_spell, condition))
        case _:
            return predicate


def _spell(condition: Json) -> Walk[Json, Json]:
    """Spell a condition with ``==`` for ``=`` and a negated ``==`` for ``!=``, at every level."""
    match condition:
        case ("=", field, value):
            return ("==", field, value)
        case ("!=", field, value):
            return ("!", ("==", field, value))
        case ("&" | "|" | "!" as operator, *operands):
            spelled = []
            for operand in operands:
                spelled.append((yield operand))  # noqa: PERF401 - a comprehension cannot yield
            return (operator, *spelled)
        case _:
            return condition


FILTER_FIELDS: Final = index_fields(
    (
        config_field("uuid", "UUID", FieldKind.OTHER, "Its lasting identifier", attribute("uuid")),
        config_field(
            "watermark",
            "Watermark",
            FieldKind.OTHER,
            "Number of the newest job when it was made",
            attribute("watermark"),
        ),
        config_field(
            "priority", "Priority", FieldKind.OTHER, "Rules of smaller numbers apply first", attribute("priority")
        ),
        config_field("predicates", "Predicates", FieldKind.OTHER, "What a job must be like", each(_predicates)),
        config_field("action", "Action", FieldKind.OTHER, "What happens to such a job", attribute("action")),
        config_field("reason_trail", "ReasonTrail", FieldKind.OTHER, "Who made it and why", attribute("reason_trail")),
    )
)
