"""OP_CLUSTER_CONFIG_QUERY, _QUERY, _REDIST_CONF: the cluster as a whole.

Source: what Ganeti 3.0 does.
"""

from ._look import ClusterConfigQuery, ClusterQuery, ClusterRedistConf

__all__ = ["ClusterConfigQuery", "ClusterQuery", "ClusterRedistConf"]
