"""The textual filter language."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.commands.filters.errors import FilterSyntaxError
from ganeti_lite.commands.filters.parser import MAX_DEPTH, parse_filter

CASES: list[dict[str, Any]] = [
    case for group in json.loads(Path(__file__).with_name("cases.json").read_text()) for case in group["cases"]
]

FIELDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_/.]{0,8}", fullmatch=True).filter(lambda field: field != "not")
VALUES = st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\\\"'\n\r"), max_size=8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["filter"])
def test_cases(case: dict[str, Any]) -> None:
    """Each filter means what Ganeti's commands send for it, or is refused at the right place."""
    if "result" in case:
        assert parse_filter(case["filter"]).to_qfilter() == case["result"]
        return
    with pytest.raises(FilterSyntaxError) as raised:
        parse_filter(case["filter"])
    assert raised.value.message.startswith(case["error"])
    assert raised.value.position == case["position"]


def write_value(value: int | str) -> str:
    """A value in the filter language."""
    return f'"{value}"' if isinstance(value, str) else str(value)


QFILTERS = st.recursive(
    st.builds(lambda field: (field, ["?", field]), FIELDS)
    | st.builds(
        lambda operator, field, value: (f"{field} {operator} {write_value(value)}", [operator, field, value]),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        FIELDS,
        VALUES,
    )
    | st.builds(lambda field, value: (f"{write_value(value)} in {field}", ["=[]", field, value]), FIELDS, VALUES),
    lambda inner: (
        st.builds(lambda part: (f"not ({part[0]})", ["!", part[1]]), inner)
        | st.builds(
            lambda word, parts: (
                f" {word} ".join(f"({text})" for text, _ in parts),
                [{"and": "&", "or": "|"}[word], *(qfilter for _, qfilter in parts)],
            ),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        )
    ),
    max_leaves=8,
)
"""A filter as text, and as it is to be sent."""


@given(pair=QFILTERS)
def test_any_filter(pair: tuple[str, list[object]]) -> None:
    """A filter that is written with parentheses everywhere means what it says."""
    text, qfilter = pair
    assert parse_filter(text).to_qfilter() == qfilter


@given(source=st.text() | st.text(st.sampled_from("ab1 ()\"'=~!*/\\|<>-+mnotdri\n"), max_size=30))
def test_any_text(source: str) -> None:
    """Any text is a filter or refused at a place within it."""
    with suppress(FilterSyntaxError):
        json.dumps(parse_filter(source).to_qfilter())


@pytest.mark.parametrize("opening", ["(", "not "])
def test_depth(opening: str) -> None:
    """Filters may be nested, but not without end."""
    parse_filter(opening * MAX_DEPTH + "a" + ")" * (MAX_DEPTH if opening == "(" else 0))
    with pytest.raises(FilterSyntaxError, match="levels"):
        parse_filter(opening * 10_000 + "a")


@pytest.mark.parametrize("pattern", ["x{99999999999999999999}", "(" * 5000])
def test_regexes_that_cannot_be_checked(pattern: str) -> None:
    """A regular expression beyond what can be checked is refused like a malformed one."""
    with pytest.raises(FilterSyntaxError, match="Invalid regular expression"):
        parse_filter(f"a =~ m/{pattern}/")
