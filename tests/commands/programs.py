"""All programs with commands."""

from typing import Final

from ganeti_lite.commands import (
    gnt_backup,
    gnt_cluster,
    gnt_debug,
    gnt_filter,
    gnt_group,
    gnt_instance,
    gnt_job,
    gnt_network,
    gnt_node,
    gnt_os,
)

PROGRAMS: Final = (
    gnt_backup.PROGRAM,
    gnt_cluster.PROGRAM,
    gnt_debug.PROGRAM,
    gnt_filter.PROGRAM,
    gnt_group.PROGRAM,
    gnt_instance.PROGRAM,
    gnt_job.PROGRAM,
    gnt_network.PROGRAM,
    gnt_node.PROGRAM,
    gnt_os.PROGRAM,
)
