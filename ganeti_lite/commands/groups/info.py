"""What ``gnt-group info`` tells. Source of names and order: what Ganeti 3.0's command prints."""

from functools import partial
from typing import Final

from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import Subject, as_report, fetch_rows, info_command
from ganeti_lite.commands.parameter_report import describe_parameters, describe_policy
from ganeti_lite.commands.report import Section

_FIELDS: Final = (
    *("name", "ndparams", "custom_ndparams", "diskparams", "custom_diskparams"),
    *("ipolicy", "custom_ipolicy"),
)


def describe_group(group: Record) -> Section:
    """Everything about a node group."""
    return Section(
        (
            ("Node group", group["name"]),
            ("Node parameters", describe_parameters(group["custom_ndparams"], group["ndparams"])),
            ("Disk parameters", describe_parameters(group["custom_diskparams"], group["diskparams"])),
            ("Instance policy", describe_policy(group["custom_ipolicy"], group["ipolicy"])),
        )
    )


INFO: Final = info_command(
    Subject(partial(fetch_rows, "QueryGroups", _FIELDS), as_report(describe_group)),
    "[<group-name>...]",
    "Shows everything about node groups.",
)
