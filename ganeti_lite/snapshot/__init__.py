"""One immutable version of a cluster's configuration: its objects, their relations, and the fill rules.

Everything here is a value. The config loader makes snapshots, the query side reads them; neither knows the other.
"""

from ._cluster_snapshot import ClusterSnapshot
from ._cluster_values import HYPERVISORS, Cluster
from ._drbd import DrbdMinor, drbd_nodes
from ._fill import (
    GLOBAL_HV_PARAMETERS,
    default_hvparams,
    fill_beparams,
    fill_diskparams,
    fill_free,
    fill_hvparams,
    fill_ipolicy,
    fill_ndparams,
    fill_nicparams,
    fill_osparams,
    fill_typed,
    without_globals,
)
from ._names import NameIndex, is_name_match
from ._nicesort import nice_key
from ._references import DanglingReference, find_dangling
from ._table import Table
from ._values import (
    BE_PARAMETERS,
    EMPTY,
    IPOLICY_PARAMETERS,
    ISPEC_PARAMETERS,
    ND_PARAMETERS,
    NIC_PARAMETERS,
    NO_PARAMS,
    AdminState,
    AllocPolicy,
    Disk,
    DiskTemplate,
    FilterRule,
    Instance,
    Json,
    Network,
    Nic,
    Node,
    NodeGroup,
    Params,
)

__all__ = [
    "BE_PARAMETERS",
    "EMPTY",
    "GLOBAL_HV_PARAMETERS",
    "HYPERVISORS",
    "IPOLICY_PARAMETERS",
    "ISPEC_PARAMETERS",
    "ND_PARAMETERS",
    "NIC_PARAMETERS",
    "NO_PARAMS",
    "AdminState",
    "AllocPolicy",
    "Cluster",
    "ClusterSnapshot",
    "DanglingReference",
    "Disk",
    "DiskTemplate",
    "DrbdMinor",
    "FilterRule",
    "Instance",
    "Json",
    "NameIndex",
    "Network",
    "Nic",
    "Node",
    "NodeGroup",
    "Params",
    "Table",
    "default_hvparams",
    "drbd_nodes",
    "fill_beparams",
    "fill_diskparams",
    "fill_free",
    "fill_hvparams",
    "fill_ipolicy",
    "fill_ndparams",
    "fill_nicparams",
    "fill_osparams",
    "fill_typed",
    "find_dangling",
    "is_name_match",
    "nice_key",
    "without_globals",
]
