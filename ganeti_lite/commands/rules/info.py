"""What ``gnt-filter info`` tells. Source of names and order: what Ganeti 3.0's command prints."""

from collections.abc import Sequence
from typing import Final

from ganeti_lite.commands.connection import connect_for_queries
from ganeti_lite.commands.definitions import Invocation
from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import Subject, info_command, read_rows
from ganeti_lite.commands.resources import RULE


def fetch_rules(invocation: Invocation) -> list[Record]:
    """The rules with the UUIDs that are the arguments, all if there are none."""
    with connect_for_queries(invocation) as client:
        answer = client.call("QueryFilters", [list(invocation.arguments), list(RULE.default_fields)])
    return read_rows(answer, RULE.default_fields)


def describe_rules(rules: Sequence[Record]) -> list[str]:
    """The lines about rules."""
    return [
        line
        for rule in rules
        for line in (
            f"UUID: {rule['uuid']}",
            f"  Watermark: {rule['watermark']}",
            f"  Priority: {rule['priority']}",
            f"  Predicates: {rule['predicates']}",
            f"  Action: {rule['action']}",
            f"  Reason trail: {rule['reason_trail']}",
        )
    ]


INFO: Final = info_command(
    Subject(fetch_rules, describe_rules), "[<filter-uuid>...]", "Shows everything about rules for jobs."
)
