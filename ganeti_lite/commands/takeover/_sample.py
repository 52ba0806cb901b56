"""A sample of questions, and whether two daemons answer them alike."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from ganeti_lite.clients.luxi import AnswerTimeoutError, LuxiClient
from ganeti_lite.constants import ItemType

LIVE_FIELDS: Final = frozenset(
    [
        *("console", "oper_ram", "oper_state", "oper_vcpus", "status", "bootid", "cnodes", "cnos", "csockets"),
        *("ctotal", "dfree", "dtotal", "mfree", "mnode", "mtotal", "spfree", "sptotal"),
    ]
)
"""They may change between two questions."""

_TYPES: Final = (ItemType.INSTANCE, ItemType.NODE, ItemType.GROUP, ItemType.NETWORK)

SAMPLE_SIZE: Final = 50
"""Objects of each kind: for Ganeti's daemon a list of all may take minutes."""


class Question(NamedTuple):
    """A request."""

    method: str
    args: object


def choose_questions(client: LuxiClient, size: int = SAMPLE_SIZE) -> Iterator[Question]:
    """Questions about what *client*'s server has."""
    for item_type in _TYPES:
        yield Question("QueryFields", [item_type, None])
        found: Any = client.call("Query", [item_type, ["name"], None])
        names = [cell[1] for (cell,) in found["data"] if cell[1] is not None]
        fields: Any = client.call("QueryFields", [item_type, None])
        wanted = [field["name"] for field in fields["fields"] if field["name"] not in LIVE_FIELDS]
        chosen = names[:: max(1, len(names) // size)][:size]
        yield Question("Query", [item_type, wanted, ["|", *(["==", "name", name] for name in chosen)]])
    yield Question("QueryJobs", [None, ["id", "status", "summary"]])
    yield Question("QueryConfigValues", [["cluster_name", "master_node", "drain_flag"]])
    yield Question("QueryTags", ["cluster", ""])
    yield Question("QueryClusterInfo", [])


def compare(question: Question, theirs: LuxiClient, ours: LuxiClient) -> str | None:
    """How the second answer to *question* differs from the first one; None if it does not.

    A question that Ganeti's daemon does not answer at all, which happens where its configuration has gaps, cannot
    be compared.
    """
    try:
        expected = theirs.call(*question)
    except AnswerTimeoutError:
        return None
    return describe_difference(_comparable(expected), _comparable(ours.call(*question)))


def _comparable(answer: Any) -> Any:
    """An answer without what is meant to differ: descriptions of fields, and the name of the program."""
    if isinstance(answer, dict) and "fields" in answer:
        return {**answer, "fields": [{**field, "doc": ""} for field in answer["fields"]]}
    if isinstance(answer, dict) and "vcs_version" in answer:
        return {**answer, "vcs_version": ""}
    return answer


def describe_difference(expected: Any, found: Any, place: str = "answer") -> str | None:
    """The first place at which two JSON values differ, and how; None if there is none."""
    if type(expected) is not type(found):
        return f"{place}: {_shorten(expected)} is not {_shorten(found)}"
    if isinstance(expected, dict):
        return _find_difference(place, expected, found, sorted({*expected, *found}))
    if isinstance(expected, list) and len(expected) == len(found):
        return _find_difference(place, expected, found, range(len(expected)))
    return None if expected == found else f"{place}: {_shorten(expected)} is not {_shorten(found)}"


def _find_difference(place: str, expected: Any, found: Any, keys: Sequence[Any]) -> str | None:
    for key in keys:
        if isinstance(expected, dict) and (key not in expected or key not in found):
            return f"{place}/{key}: only one of the two has it"
        difference = describe_difference(expected[key], found[key], f"{place}/{key}")
        if difference is not None:
            return difference
    return None


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
