"""Asks a view as a client would: filters as decoded JSON in, decoded answers out."""

import json
from typing import Any

from ganeti_lite.constants import ItemType
from ganeti_lite.query import QueryRequest, View, evaluate_query, parse_filter, plan_query

Cell = list[Any]
"""``[status, value]``."""


def ask(view: View, item_type: str, *fields: str, qfilter: object = None) -> list[list[Cell]]:
    """The rows of a query."""
    request = QueryRequest(ItemType(item_type), fields, parse_filter(qfilter))
    rows: list[list[Cell]] = json.loads(evaluate_query(view, plan_query(view, request)))["data"]
    return rows


def ask_uuids(view: View, item_type: str, qfilter: object) -> list[str]:
    """The UUIDs of the objects that a filter lets through."""
    return [row[0][1] for row in ask(view, item_type, "uuid", qfilter=qfilter)]


def ask_cells(view: View, item_type: str, field: str) -> dict[str, Cell]:
    """A field's cells by the objects' UUIDs."""
    return {uuid: cell for (_, uuid), cell in ask(view, item_type, "uuid", field)}
