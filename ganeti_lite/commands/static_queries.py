"""Listings that ask no node: what only a node knows is not asked for, and shown as what could not be had."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ganeti_lite.clients.answers import QueryAnswer, read_field_definitions, read_query_answer
from ganeti_lite.clients.luxi import LuxiClient
from ganeti_lite.constants import ErrorCode, ResultStatus
from ganeti_lite.errors import OpPrereqError

from .resources import Resource

_NOT_ASKED = [int(ResultStatus.NODATA), None]


def ask_statically(client: LuxiClient, resource: Resource, fields: Sequence[str], qfilter: object) -> QueryAnswer:
    """What a query for ``fields`` answers, without any call to a node.

    :raises OpPrereqError: the filter needs one.
    """
    for name in _names_in(qfilter):
        if name in resource.live_fields:
            reason = f"Only nodes know '{name}', so with --static no filter can look at it"
            raise OpPrereqError(reason, ErrorCode.WRONG_INPUT)
    live = [field for field in fields if field in resource.live_fields]
    asked = [field for field in fields if field not in resource.live_fields] or [resource.name_field]
    answer = read_query_answer(client.query(resource.item_type, asked, qfilter))
    if not live:
        return answer
    definitions = {each.name: each for each in read_field_definitions(client.query_fields(resource.item_type, live))}
    definitions |= {each.name: each for each in answer.fields}
    places = [asked.index(field) if field in asked and field not in resource.live_fields else None for field in fields]
    rows = [[_NOT_ASKED if place is None else row[place] for place in places] for row in answer.rows]
    return QueryAnswer(tuple(definitions[field] for field in fields), rows)


def _names_in(qfilter: object) -> Iterator[str]:
    """The fields that a filter looks at."""
    match qfilter:
        case ["&" | "|" | "!", *parts]:
            yield from _all_names_in(parts)
        case [str(), str(name), *_]:
            yield name


def _all_names_in(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        yield from _names_in(part)
