"""Made-up clusters, and what a demonstration, tests and benchmarks need around them.

Nothing here is used by the daemons. The generator knows the form of config.data and nothing of how this
project reads it, so that a test of the reader against generated files tests two independent views of the format.
"""

from ganeti_lite.simulator.cluster import MASTER_NAME, ClusterShape, build_config, encode_config
from ganeti_lite.simulator.edits import change_one_instance, replace_config
from ganeti_lite.simulator.root import ClusterPaths, write_cluster, write_config

__all__ = [
    "MASTER_NAME",
    "ClusterPaths",
    "ClusterShape",
    "build_config",
    "change_one_instance",
    "encode_config",
    "replace_config",
    "write_cluster",
    "write_config",
]
