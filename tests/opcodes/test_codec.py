"""Opcodes as they are answered."""

from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganeti_lite.opcodes import OPCODES, OpcodeError, decode_opcode, reencode_opcode, summarize_opcode

from .inputs import ODD, POOL, JsonObject, minimal

DELAY: Final[JsonObject] = {"OP_ID": "OP_TEST_DELAY", "reason": [["me", "why", 7]], "duration": 0.01}
COMMON: Final[JsonObject] = {"priority": 0, "depends": None, "comment": None, "reason": []}
DEEP: Final = 100_000

MEMBERS: Final = st.dictionaries(
    st.sampled_from(sorted({parameter.name for opcode in OPCODES.values() for parameter in opcode.parameters})),
    st.sampled_from(POOL),
    max_size=4,
)
OPCODES_LIKE: Final = st.builds(
    lambda name, members: {**minimal(OPCODES[name]), **members}, st.sampled_from(list(OPCODES)), MEMBERS
) | st.sampled_from(ODD)


def test_defaults_are_filled_in() -> None:
    """What was not given has its default; what has none stays away, but for dependencies and comment."""
    own = {"on_master": True, "on_nodes": [], "repeat": 0, "interruptible": False, "no_locks": True}
    assert reencode_opcode(DELAY) == {**COMMON, **DELAY, **own}


def test_null_is_as_good_as_nothing() -> None:
    """A parameter that need not be there may be null."""
    nulls = dict.fromkeys(("dry_run", "debug_level", "priority", "on_master", "on_node_uuids", "repeat"))
    assert reencode_opcode({**DELAY, **nulls}) == reencode_opcode(DELAY)


@pytest.mark.parametrize(
    "raw",
    [
        {**DELAY, "unheard": 1},
        {**DELAY, "duration": "1"},
        {**DELAY, "priority": 5},
        {"OP_ID": "OP_TEST_DELAY", "duration": 1},
        {"OP_ID": "OP_TEST_DELAY", "reason": []},
    ],
)
def test_broken_opcodes_stay_as_they_are(raw: JsonObject) -> None:
    """An opcode that the real daemon cannot decode is answered unchanged, and its summary is its name alone."""
    assert reencode_opcode(raw) == raw
    assert summarize_opcode(raw) == "TEST_DELAY"


def test_broken_opcodes_lose_the_fractions_of_whole_numbers() -> None:
    """All numbers are written the same way, understood or not."""
    assert repr(reencode_opcode({"OP_ID": "OP_X", "a": [1.0, {"b": 2.5}]})) == repr(
        {"OP_ID": "OP_X", "a": [1, {"b": 2.5}]}
    )


def test_secrets_are_hidden_and_private_values_are_not() -> None:
    """Secret parameters show their names alone; who decodes an opcode to run it sees them."""
    raw = {**minimal(OPCODES["OP_INSTANCE_CREATE"]), "osparams_secret": {"a": 1}, "osparams_private": {"b": 2}}
    answered: Any = reencode_opcode(raw)
    assert (answered["osparams_secret"], answered["osparams_private"]) == ({"a": "<redacted>"}, {"b": 2})
    assert decode_opcode(raw)["osparams_secret"] == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "summary"),
    [
        (DELAY, "TEST_DELAY(1.0e-2)"),
        ({"OP_ID": "OP_CLUSTER_QUERY", "reason": []}, "CLUSTER_QUERY"),
        ({"OP_ID": "OP_NODE_REMOVE", "reason": [], "node_name": "node1"}, "NODE_REMOVE(node1)"),
        ({"OP_ID": "OP_TAGS_GET", "reason": [], "kind": "nodegroup", "name": "x"}, "TAGS_GET(TagKindGroup)"),
        ({**minimal(OPCODES["OP_TEST_ALLOCATOR"])}, "TEST_ALLOCATOR(None)"),
        ({**minimal(OPCODES["OP_TEST_ALLOCATOR"]), "iallocator": "hail"}, "TEST_ALLOCATOR(hail)"),
        ({"OP_ID": "OP_QUERY", "reason": [], "what": "os", "fields": ["name"]}, "QUERY(os)"),
        ({"OP_ID": "OP_UNHEARD"}, "UNHEARD"),
        ({"OP_ID": "OP"}, ""),
        ({"OP_ID": 1}, "INVALID_OP"),
        ({}, "INVALID_OP"),
        ([], "INVALID_OP"),
        (None, "INVALID_OP"),
    ],
)
def test_summaries_say_what_it_is_about(raw: object, summary: str) -> None:
    """The opcode's name without its prefix, and the value that describes it best."""
    assert summarize_opcode(raw) == summary


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([], "there is no OP_ID"),
        ({"OP_ID": "OP_X"}, "there is no opcode OP_X"),
        ({**DELAY, "b": 1, "a": 1}, "OP_TEST_DELAY has no parameter a, b"),
        ({"OP_ID": "OP_TEST_DELAY", "reason": []}, "duration is missing"),
        ({**DELAY, "repeat": -1}, "repeat is not a whole number from 0"),
    ],
)
def test_errors_name_the_parameter(raw: object, reason: str) -> None:
    """Who decodes what is no opcode learns why it is none."""
    with pytest.raises(OpcodeError, match=f"^{reason}$"):
        decode_opcode(raw)


def test_depth_does_not_matter() -> None:
    """Values nested deeper than Python's stack come out."""
    raw: Any = {"OP_ID": "OP_X"}
    for _ in range(DEEP):
        raw = {"OP_ID": "OP_TEST_DUMMY", "reason": [], "a": [raw]}
    answered: Any = reencode_opcode(raw)
    for _ in range(DEEP):
        answered = answered["a"][0]
    assert answered == {"OP_ID": "OP_X"}


@given(OPCODES_LIKE)
def test_answers_answer_themselves(raw: object) -> None:
    """What was written once is written the same again, under the same summary."""
    once = reencode_opcode(raw)
    assert repr(reencode_opcode(once)) == repr(once)
    assert summarize_opcode(once) == summarize_opcode(raw)


@given(OPCODES_LIKE)
def test_answers_share_nothing_with_what_was_given(raw: object) -> None:
    """Writing an opcode leaves it as it was, and the answer belongs to the caller."""
    before = deepcopy(raw)
    answered = reencode_opcode(raw)
    for member in answered.values() if isinstance(answered, dict) else ():
        if isinstance(member, list | dict):
            member.clear()
    assert raw == before
    assert reencode_opcode(raw) == reencode_opcode(before)
