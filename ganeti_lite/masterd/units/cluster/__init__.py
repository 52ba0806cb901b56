"""OP_CLUSTER_CONFIG_QUERY, _QUERY, _REDIST_CONF, _SET_PARAMS: the cluster as a whole.

Source: what Ganeti 3.0 does.
"""

from ._look import ClusterConfigQuery, ClusterQuery, ClusterRedistConf
from ._set_params import ClusterSetParams

__all__ = ["ClusterConfigQuery", "ClusterQuery", "ClusterRedistConf", "ClusterSetParams"]
