"""Makes filters: every operator on every kind of value, nested, with wrong types and with things that do not exist.

Everything is drawn from a seeded generator and from the values of the cluster at hand, so that most conditions
hold for some objects and not for others, and equal seeds give equal filters. What may go wrong *while* a filter is
evaluated is made here; filters that are no filters are in :data:`MALFORMED`.
"""

import random
import re
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from .fields import UNKNOWN_FIELDS, FieldSample

Filter = Any
"""``None`` or a list, as it stands in a request."""

COMPARISONS: Final = ("==", "=", "!=", "<", "<=", ">", ">=")
DEEPEST: Final = 4
WRONG_SHARE: Final = 0.04
"""So many conditions have an operator or a value that does not fit; each spoils the whole filter."""

ODD_STRINGS: Final = ("", ".", "a", "zzzz", "node", "NODE1.example.com", "0", "10", "\x03", '"', "a\\b")
ODD_NUMBERS: Final = (0, 1, -1, 2, 128, 10**6, 2**63, -(2**70), 2.0, 1e3)
PATTERNS: Final = (
    "",
    ".",
    "^$",
    r"\d+$",
    r"^\w+\.",
    "(?i)EXAMPLE",
    "(?i)^(INST|NODE|web)",
    r"[0-4]",
    "[[:digit:]]{2}",
    r"(.)\1",
    r"^(?!inst1)",
    r"(?<=e)x",
    "(?x) a # comment",
    "a++b?",
    "(?s)^.*$",
    "^[^.]*1",
    r"\bfront",
    r"\.com\z",
)
"""Regular expressions of every kind."""


@frozen
class FilterSource:
    """Where filters are drawn from.

    :ivar fields: the fields that conditions may be about, with their values
    :ivar rng: the source of chance; the one thing here that changes
    """

    fields: Sequence[FieldSample]
    rng: random.Random

    def filter(self, depth: int = DEEPEST) -> Filter:
        """A filter of at most ``depth`` levels."""
        choice = self.rng.random()
        if depth <= 1 or choice < 0.45:
            return self.condition()
        if choice < 0.48:
            return None
        if choice < 0.62:
            return ["!", self.filter(depth - 1)]
        operator = self.rng.choice("&|")
        return [operator, *(self.filter(depth - 1) for _ in range(self.rng.choice((0, 1, 2, 2, 2, 3, 4))))]

    def condition(self) -> Filter:
        """A single condition, which now and then does not fit its field."""
        if self.rng.random() < WRONG_SHARE / 4:
            return ["==", self.rng.choice(UNKNOWN_FIELDS), "x"]
        field = self.rng.choice(self.fields)
        if self.rng.random() < WRONG_SHARE:
            return self.misfit(field.name)
        example = self.rng.choice(field.values) if field.values else "x"
        return self.fitting(field, example)

    def fitting(self, field: FieldSample, example: Any) -> Filter:
        """A condition that a field of such values can be tested with."""
        if isinstance(example, bool):
            return ["?", field.name]
        if isinstance(example, int | float):
            return [self.rng.choice(COMPARISONS), field.name, self.number_near(example)]
        if isinstance(example, list):
            return self.containment(field.name, example)
        if isinstance(example, str):
            return self.string_condition(field.name, example)
        return self.misfit(field.name)

    def string_condition(self, name: str, example: str) -> Filter:
        """A comparison with a string like ``example``, or a search in it."""
        if self.rng.random() < 0.3:
            return ["=~", name, self.pattern(example)]
        return [self.rng.choice(COMPARISONS), name, self.string_near(example)]

    def containment(self, name: str, example: list[Any]) -> Filter:
        """Whether a list holds one of the elements that it may have."""
        plain = [element for element in example if isinstance(element, str | int) and not isinstance(element, bool)]
        if not plain:
            return ["=[]", name, self.rng.choice(("x", 7))]
        element = self.rng.choice(plain)
        near = self.string_near(element) if isinstance(element, str) else self.number_near(element)
        return ["=[]", name, self.rng.choice((element, near))]

    def misfit(self, name: str) -> Filter:
        """Any operator with any value."""
        operator = self.rng.choice((*COMPARISONS, "?", "=~", "=[]"))
        if operator == "?":
            return [operator, name]
        if operator == "=~":
            return [operator, name, self.rng.choice(PATTERNS)]
        return [operator, name, self.rng.choice((*ODD_STRINGS, *ODD_NUMBERS))]

    def string_near(self, example: str) -> str:
        """The string itself, its first label, a part of it, or something else."""
        parts = example.partition(".")[0], example[: len(example) // 2]
        return self.rng.choice((example, example, *parts, f"{example}x", example.upper(), self.rng.choice(ODD_STRINGS)))

    def number_near(self, example: float) -> float:
        """The number itself, one beside it, or another one; only whole ones can be sent."""
        whole = int(example)
        near = whole, whole, whole - 1, whole + 1, whole // 2, float(whole)
        return self.rng.choice((*near, self.rng.choice(ODD_NUMBERS)))

    def pattern(self, example: str) -> str:
        """A regular expression, often one that finds ``example``."""
        start = self.rng.randint(0, len(example))
        part = re.escape(example[start : start + self.rng.randint(1, 6)])
        return self.rng.choice((part, f"^{part}", f"{part}$", f"{part}|nosuch", *PATTERNS))


def lookups(names: Sequence[str], uuids: Sequence[str], rng: random.Random, count: int) -> list[Filter]:
    """Filters that ask for objects by name alone, which the daemon fetches in the order asked for."""
    missing = ("nosuch", "nosuch.example.com", "", "Node1", *(name.upper() for name in names[:1]))
    short = [name.partition(".")[0] for name in names] + [name.rpartition(".")[0] for name in names]
    pool: Sequence[Any] = [*names, *names, *short]
    rare: Sequence[Any] = [*missing, *uuids, 5]

    def equal() -> Filter:
        return [rng.choice(("==", "=")), "name", rng.choice(pool if pool and rng.random() < 0.9 else rare)]

    def either(depth: int) -> Filter:
        count = rng.choice((0, 1, 2, 3, 3, 5))
        parts = [either(depth - 1) if depth and rng.random() < 0.2 else equal() for _ in range(count)]
        return ["|", *parts, *([None] if rng.random() < 0.15 else [])]

    each = [["==", "name", name] for name in (*dict.fromkeys([*pool, *rare]),)]
    return [*each, *(either(2) if rng.random() < 0.8 else ["&", either(1)] for _ in range(count))]


MALFORMED: Final[Sequence[Filter]] = (
    [],
    {},
    "name",
    5,
    True,
    [["==", "name", "x"]],
    [1, "name", "x"],
    [None],
    ["xx"],
    ["==*", "name", "x"],
    ["AND", None],
    ["?"],
    ["?", "name", "x"],
    ["?", 5],
    ["?", None],
    ["?", ["name"]],
    ["!"],
    ["!", None, None],
    ["!", "name"],
    ["!", 5],
    ["&", "name"],
    ["|", 5],
    ["|", [None, None]],
    ["==", "name"],
    ["=="],
    ["==", "name", "x", "y"],
    ["==", 5, "x"],
    ["==", None, "x"],
    ["==", "name", None],
    ["==", "name", True],
    ["==", "name", ["x"]],
    ["==", "name", {}],
    ["==", "name", 1.5],
    ["<", "name", 1e-3],
    ["=[]", "tags", None],
    ["=~", "name", 5],
    ["=~", "name", None],
    ["=~", "name"],
    ["=~", "name", "("],
    ["=~", "name", "*a"],
    ["=~", "name", "[a-"],
    ["=~", "name", "a{2,1}"],
    ["=~", "name", r"\1"],
    ["=~", "name", "(?<n>a)(?<n>b)"],
    ["=~", "name", "\\"],
    ["&", ["==", "name", "x"], ["|", ["!", ["=~", "name", "("]]]],
)
"""Filters that are none: refused before anything is looked up."""
