"""Regular expressions that are costly or none; what sensible ones find is in ``cases/regexes.json``."""

import resource

import pytest

from ganeti_lite.errors import GenericError
from ganeti_lite.query.qfilter import Leaf, Regex, Rows, SearchAllowance, SearchLimitError, parse_filter, select
from ganeti_lite.query.qfilter._regex import COSTLY_TEXTS, RegexSyntaxError

from .made_up_columns import judge_leaf

EXPLODING = [
    "(a+)+$",
    "(a|a)*$",
    "(.*)*[xy]",
    "(*LIMIT_MATCH=4000000000)(a+)+$",
    "(*NO_JIT)(a+)+$",
    "(*NO_JIT)(*LIMIT_MATCH=4000000000)(a+)+$",
    "(a(?1)?b)?(a+)+$",
]
"""Patterns that take more steps with each character of a text like ``aaaa!``."""


COSTLY = "^(?:a|b|ab)+$"
COSTLY_TEXT = "ab" * 11 + "!"
"""Takes more steps than an ordinary text may, and fewer than any text may."""


def find(pattern: str, *texts: str) -> list[bool]:
    """In which texts the pattern is found, as if that were all of a query."""
    return Regex(pattern).find_in(list(texts), SearchAllowance())


@pytest.mark.parametrize("pattern", EXPLODING)
def test_explosions_are_stopped(pattern: str) -> None:
    """A pattern that would take longer than the universe lasts fails with an error that names it."""
    with pytest.raises(GenericError) as failure:
        find(pattern, "a" * 200 + "!")
    assert pattern in str(failure.value)


def test_a_pattern_cannot_take_all_memory() -> None:
    """Thousands of groups in a pattern that must remember every step are stopped long before memory runs out."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(GenericError):
        find("(*NO_JIT)" + "()" * 7000 + "(?:.|Y)*Z", "X" * 65536 + "Z")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


@pytest.mark.parametrize("pattern", ["^(?:X|[.])*$", "(?:.|Y)*Z", "^(X+[.]*)+Z"])
def test_long_texts_can_be_searched(pattern: str) -> None:
    """An ordinary pattern that goes back and forth works on the longest text that a field has, a map of a /16."""
    assert find(pattern, "X" * 65535 + "Z", "X" * 65535) == [pattern != "^(?:X|[.])*$", "Z" not in pattern]


def test_a_limit_concerns_one_query() -> None:
    """A pattern that was stopped does not keep others, nor itself on other texts, from being searched."""
    regex = Regex("(a+)+$")
    with pytest.raises(GenericError):
        regex.find_in(["a" * 200 + "!"], SearchAllowance())
    assert regex.find_in(["aaa", "b"], SearchAllowance()) == [True, False]
    assert find("b", "aaa", "b") == [False, True]


def test_costly_texts_are_searched_while_they_are_few() -> None:
    """So many texts of a query may take long, whatever it finds in the others; the next one fails it."""
    texts = ["abab", COSTLY_TEXT, "x"] * COSTLY_TEXTS
    assert find(COSTLY, *texts) == [True, False, False] * COSTLY_TEXTS
    with pytest.raises(SearchLimitError) as failure:
        find(COSTLY, *texts, COSTLY_TEXT)
    assert COSTLY in str(failure.value)


def test_all_expressions_of_a_query_share_the_allowance() -> None:
    """Ten conditions do not take ten times as long; and the rows at fault are not looked for one by one."""
    tests = 0
    allowance = SearchAllowance()

    def test(leaf: Leaf, rows: Rows) -> list[bool]:
        nonlocal tests
        tests += 1
        return judge_leaf(leaf, [COSTLY_TEXT for _ in rows], allowance, is_hostname=False)

    few = list(range(COSTLY_TEXTS // 2))
    condition = ["=~", "name", COSTLY]
    assert select(parse_filter(["|", condition, condition]), few, test) == []
    with pytest.raises(SearchLimitError):
        select(parse_filter(["|", condition, condition]), few, test)
    assert tests == 3


def test_ordinary_expressions_are_not_limited() -> None:
    """Ten thousand names, searched for what people search for, never come near the limit."""
    names = [f"web-{number}.office.example.com" for number in range(10_000)]
    for pattern in (r"^(web|db)-[0-9]*7\.", r"^(?:[^.]+\.)*com$", r".*.*web.*.*(x|y)", r"^([a-z0-9-]+\.)+[a-z]{2,3}$"):
        assert len(find(pattern, *names)) == len(names)


@pytest.mark.parametrize(
    ("pattern", "position"),
    [("(", 1), ("ab[", 3), ("é[", 2), ("(?<name>a)(?<name>b)", 18), ("*", 1), ("a" * 300 + ")", 301), ("\ud800", 0)],
)
def test_syntax_errors_tell_the_position(pattern: str, position: int) -> None:
    """The index of the character at which the pattern stopped making sense is that of the pattern as it was sent."""
    with pytest.raises(RegexSyntaxError) as failure:
        Regex(pattern)
    assert failure.value.position <= len(pattern)
    assert abs(failure.value.position - position) <= 1
    assert failure.value.reason


def test_enormous_patterns_are_refused() -> None:
    """A pattern that would compile to more than 64 KiB, or nests too deep, is no pattern."""
    for pattern in ["(" * 300 + ")" * 300, "(?:(?:(?:x){3000}){3000}){3000}", "(?:a|b)*" * 20_000]:
        with pytest.raises(RegexSyntaxError):
            Regex(pattern)


def test_a_pattern_is_compiled_when_the_filter_is_parsed() -> None:
    """The parsed filter holds the compiled pattern."""
    assert isinstance(parse_filter(["=~", "name", "a"]).regex, Regex)  # type: ignore[union-attr]  # it is a match
