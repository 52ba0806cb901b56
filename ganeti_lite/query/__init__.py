"""The query engine: filter language, field tables, plan, evaluate.

Pure: no I/O, no clock, no network. It knows the cluster only as a
:class:`~ganeti_lite.snapshot.ClusterSnapshot`.
"""

from .cluster_info import describe_cluster
from .evaluate import describe_fields, evaluate_query
from .live import NodeAnswers, NodeCall, NodeFailure
from .plan import QueryPlan, QueryRequest, narrow_plan, plan_query
from .qfilter import Filter, FilterSyntaxError, parse_filter
from .view import View

__all__ = [
    "Filter",
    "FilterSyntaxError",
    "NodeAnswers",
    "NodeCall",
    "NodeFailure",
    "QueryPlan",
    "QueryRequest",
    "View",
    "describe_cluster",
    "describe_fields",
    "evaluate_query",
    "narrow_plan",
    "parse_filter",
    "plan_query",
]
