"""The query engine: filter language, field tables, plan, evaluate.

Pure: no I/O, no clock, no network. It knows the cluster only as a
:class:`~ganeti_lite.snapshot.ClusterSnapshot`.
"""

from .cluster_info import describe_cluster
from .evaluate import describe_fields, evaluate_query
from .plan import QueryPlan, QueryRequest, plan_query
from .qfilter import Filter, FilterSyntaxError, parse_filter
from .view import View

__all__ = [
    "Filter",
    "FilterSyntaxError",
    "QueryPlan",
    "QueryRequest",
    "View",
    "describe_cluster",
    "describe_fields",
    "evaluate_query",
    "parse_filter",
    "plan_query",
]
