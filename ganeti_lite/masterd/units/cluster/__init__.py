"""OP_CLUSTER_CONFIG_QUERY, _QUERY, _REDIST_CONF, _SET_PARAMS, _VERIFY_CONFIG: the cluster as a whole.

Source: what Ganeti 3.0 does.
"""

from ._look import ClusterConfigQuery, ClusterQuery, ClusterRedistConf
from ._set_params import ClusterSetParams
from ._verify import ClusterVerifyConfig

__all__ = ["ClusterConfigQuery", "ClusterQuery", "ClusterRedistConf", "ClusterSetParams", "ClusterVerifyConfig"]
