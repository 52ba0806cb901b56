"""Values of options: numbers, sizes, lists of keys and values, and what they are refused with."""

from collections.abc import Callable
from typing import Any

import pytest

from ganeti_lite.commands.option_values import (
    nest,
    read_action,
    read_bounds,
    read_integer,
    read_json,
    read_key_values,
    read_list,
    read_named_values,
    read_ratio,
    read_size,
    read_uids,
    read_yes_no,
    split_escaped,
)
from ganeti_lite.commands.options import UsageError
from ganeti_lite.errors import OpPrereqError, ParameterError


def test_sizes() -> None:
    """Those of options say which option it is that is wrong."""
    assert read_size("--size", "1.5g") == 1536
    with pytest.raises(UsageError, match="option -s: Unknown unit: x"):
        read_size("-s", "1x")


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (read_integer, "5", 5),
        (read_integer, "-5", -5),
        (read_integer, "0", 0),
        (read_integer, "0x1f", 31),
        (read_integer, "0b11", 3),
        (read_integer, "010", 8),
        (read_yes_no, "YES", True),
        (read_yes_no, "false", False),
        (read_list, "", []),
        (read_list, r"a\,b,c", ["a,b", "c"]),
        (read_ratio, "Default", "default"),
        (read_ratio, "2.5", 2.5),
        (read_json, '[["jobid", [">", "id", 1]]]', [["jobid", [">", "id", 1]]]),
        (read_action, "PAUSE", "PAUSE"),
        (read_action, "RATE_LIMIT  7", ["RATE_LIMIT", 7]),
        (read_key_values, "", {}),
        (read_key_values, "a=1,b=x=y,c,no_d,-e", {"a": "1", "b": "x=y", "c": True, "d": False, "e": None}),
        (read_key_values, r"a=1\,2", {"a": "1,2"}),
        (read_named_values, "0", ("0", {})),
        (read_named_values, "0:a=b:c", ("0", {"a": "b:c"})),
        (read_named_values, "no_x", ("x", False)),
        (read_named_values, "-x", ("x", None)),
        (read_named_values, "-1:remove", ("-1", {"remove": True})),
        (read_bounds, "min:a=1/max:a=2,b=3", [{"min": {"a": "1"}, "max": {"a": "2", "b": "3"}}]),
        (read_bounds, "default", [{"default": {}}]),
        (read_bounds, "min:a=1//max:a=2", [{"min": {"a": "1"}}, {"max": {"a": "2"}}]),
    ],
)
def test_values(read: Callable[[str, str], Any], text: str, value: object) -> None:
    """Each form has its value."""
    assert read("--option", text) == value


@pytest.mark.parametrize(
    ("read", "text", "error", "message"),
    [
        (read_integer, "x", UsageError, "option -o: invalid integer value: 'x'"),
        (read_integer, "08", UsageError, "option -o: invalid integer value: '08'"),
        (read_ratio, "x", UsageError, "option -o: invalid number: 'x'"),
        (read_json, "[", UsageError, "option -o: invalid JSON: "),
        (read_yes_no, "Perhaps", ParameterError, "Invalid boolean value 'perhaps'"),
        (read_key_values, "a=1,a=2", ParameterError, "Duplicate key 'a' in option -o"),
        (read_named_values, "no_x:a=1", ParameterError, "Cannot pass options when removing parameter groups: no_x:a=1"),
        (read_bounds, "min:a", ParameterError, "Missing value for key 'a' in option -o"),
        (read_bounds, "min:a=1/", ParameterError, "Empty section in option '-o'"),
        (read_bounds, "min:a=1/min:a=1", ParameterError, "Duplicated parameter 'min' in parsing -o: min:a=1"),
    ],
)
def test_wrong_values(read: Callable[[str, str], Any], text: str, error: type[Exception], message: str) -> None:
    """Each mistake has its message, in Ganeti's words where it has some."""
    with pytest.raises(error) as raised:
        read("-o", text)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", [""]), ("a,,b", ["a", "", "b"]), (r"a\\,b", ["a\\", "b"]), (r"a\,b\x", ["a,bx"]), ("a\\", ["a\\"])],
)
def test_escapes(text: str, parts: list[str]) -> None:
    """A backslash takes the meaning of what follows it."""
    assert split_escaped(text) == parts


def test_trees() -> None:
    """Paths become a tree."""
    assert nest([("a/b", 1), ("a/c", 2), ("d", 3)]) == {"a": {"b": 1, "c": 2}, "d": 3}


def test_uids() -> None:
    """Ranges of user ids are sorted; what is none says which bound is wrong."""
    assert read_uids("9,1-5,") == [(1, 5), (9, 9)]
    for text, message in [("1-2-3", "Only one hyphen"), ("x", "lower boundary"), ("1-x", "higher boundary")]:
        with pytest.raises(OpPrereqError, match=message):
            read_uids(text)
