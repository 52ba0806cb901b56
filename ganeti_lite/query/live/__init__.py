"""Run-time data: which calls of node daemons a query needs, and what their answers say. Pure."""

from ._calls import NodeAnswers, NodeCall, NodeFailure
from ._diagnoses import (
    Definition,
    Diagnosis,
    list_extstorage,
    list_extstorage_calls,
    list_operating_systems,
    list_os_calls,
)
from ._exports import Export, list_export_calls, list_exports
from ._instances import Consoles, InstanceReports, Report, Runtime, list_instance_calls
from ._live import Live
from ._locks import Lock, list_locks
from ._nodes import NodeInfo, NodeReports, Storage, list_node_calls

__all__ = [
    "Consoles",
    "Definition",
    "Diagnosis",
    "Export",
    "InstanceReports",
    "Live",
    "Lock",
    "NodeAnswers",
    "NodeCall",
    "NodeFailure",
    "NodeInfo",
    "NodeReports",
    "Report",
    "Runtime",
    "Storage",
    "list_export_calls",
    "list_exports",
    "list_extstorage",
    "list_extstorage_calls",
    "list_instance_calls",
    "list_locks",
    "list_node_calls",
    "list_operating_systems",
    "list_os_calls",
]
