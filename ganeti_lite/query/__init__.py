"""The query engine: filter language, field tables, plan, evaluate.

Pure: no I/O, no clock, no network. It knows the cluster only as a
:class:`~ganeti_lite.snapshot.ClusterSnapshot`.
"""

from .cells import encode_json
from .cluster_info import describe_cluster
from .cluster_state import ClusterState, list_config_values
from .evaluate import describe_fields, evaluate_listing, evaluate_objects, evaluate_query
from .jobs import JobSelection, JobWatch, select_jobs, select_jobs_by_id
from .live import Lock, NodeAnswers, NodeCall, NodeFailure, list_locks
from .plan import (
    QueryPlan,
    QueryRequest,
    check_classic,
    check_request,
    find_object,
    narrow_plan,
    plan_classic,
    plan_query,
)
from .qfilter import Always, And, Compare, Filter, FilterSyntaxError, IsTrue, Not, Or, parse_filter
from .view import QueueView, View

__all__ = [
    "Always",
    "And",
    "ClusterState",
    "Compare",
    "Filter",
    "FilterSyntaxError",
    "IsTrue",
    "JobSelection",
    "JobWatch",
    "Lock",
    "NodeAnswers",
    "NodeCall",
    "NodeFailure",
    "Not",
    "Or",
    "QueryPlan",
    "QueryRequest",
    "QueueView",
    "View",
    "check_classic",
    "check_request",
    "describe_cluster",
    "describe_fields",
    "encode_json",
    "evaluate_listing",
    "evaluate_objects",
    "evaluate_query",
    "find_object",
    "list_config_values",
    "list_locks",
    "narrow_plan",
    "parse_filter",
    "plan_classic",
    "plan_query",
    "select_jobs",
    "select_jobs_by_id",
]
