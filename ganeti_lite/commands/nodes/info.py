"""What ``gnt-node info`` tells. Source of names and order: what Ganeti 3.0's command prints."""

from functools import partial
from typing import Final

from ganeti_lite.commands.formats import Record
from ganeti_lite.commands.info import Subject, as_report, fetch_rows, info_command
from ganeti_lite.commands.ordering import natural_key
from ganeti_lite.commands.parameter_report import describe_parameters
from ganeti_lite.commands.report import Section

_FIELDS: Final = (
    *("name", "pip", "sip", "pinst_list", "sinst_list", "master_candidate", "drained", "offline"),
    *("master_capable", "vm_capable", "powered", "ndparams", "custom_ndparams"),
)


def describe_node(node: Record) -> Section:
    """Everything about a node."""
    powered = [("powered", node["powered"])] if node["powered"] is not None else []
    instances = (
        [
            ("primary for instances", sorted(node["pinst_list"], key=natural_key)),
            ("secondary for instances", sorted(node["sinst_list"], key=natural_key)),
        ]
        if node["vm_capable"]
        else []
    )
    return Section(
        (
            ("Node name", node["name"]),
            ("primary ip", node["pip"]),
            ("secondary ip", node["sip"]),
            ("master candidate", node["master_candidate"]),
            ("drained", node["drained"]),
            ("offline", node["offline"]),
            *powered,
            ("master_capable", node["master_capable"]),
            ("vm_capable", node["vm_capable"]),
            *instances,
            ("node parameters", describe_parameters(node["custom_ndparams"], node["ndparams"])),
        )
    )


INFO: Final = info_command(
    Subject(partial(fetch_rows, "QueryNodes", _FIELDS), as_report(describe_node)),
    "[<node-name>...]",
    "Shows everything about nodes.",
)
