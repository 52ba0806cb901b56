"""Questions that are asked as jobs."""

from typing import Final

from ._chapter import Chapter, Correction, op

_RESOURCES: Final = ("cluster", "os", "extstorage", "instance", "node", "group", "network", "lock", "job", "nosuch")

CHAPTERS: Final = (
    Chapter(
        asked=(
            *(op("QUERY", what=what, fields=["name"], qfilter=None) for what in _RESOURCES),
            op("QUERY", what="cluster", fields=["name", "master_node", "nosuch"], qfilter=None),
            op("QUERY", what="cluster", fields=["drain_flag", "watcher_pause"]),
            op("QUERY", what="os", fields=["name", "valid", "hidden", "blacklisted", "variants", "nosuch"]),
            op("QUERY", what="os", fields=["name", "variants"], qfilter=["=", "name", "noop"]),
            op("QUERY", what="os", fields=["name"], qfilter=["=", "nosuch", "noop"]),
            op("QUERY", what="os", fields=["name"], qfilter=["=", "name"]),
            op("QUERY", what="os", fields=["name"], qfilter=["nosuch", "name", "noop"]),
            op("QUERY", what="os", fields=[]),
            op("QUERY", what="extstorage", fields=["name", "nodegroup_status"], qfilter=["?", "name"]),
            *(op("QUERY_FIELDS", what=what) for what in _RESOURCES),
            op("QUERY_FIELDS", what="os", fields=["valid", "nosuch", "name"]),
            op("QUERY_FIELDS", what="os", fields=[]),
            op("OS_DIAGNOSE", output_fields=["name", "valid", "node_status", "variants", "api_versions"], names=[]),
            op("OS_DIAGNOSE", output_fields=["name", "variants"], names=["noop", "nosuch"]),
            op("OS_DIAGNOSE", output_fields=["name", "hidden", "blacklisted"], names=[]),
            op("OS_DIAGNOSE", output_fields=["name", "nosuch"], names=[]),
            op("EXT_STORAGE_DIAGNOSE", output_fields=["name", "nodegroup_status"], names=[]),
            op("EXT_STORAGE_DIAGNOSE", output_fields=["name", "nosuch"], names=[]),
            op("CLUSTER_CONFIG_QUERY", output_fields=["cluster_name", "master_node", "drain_flag"]),
            op("CLUSTER_CONFIG_QUERY", output_fields=["watcher_pause"]),
            op("CLUSTER_CONFIG_QUERY", output_fields=["cluster_name", "nosuch"]),
            op("CLUSTER_CONFIG_QUERY", output_fields=[]),
            op("CLUSTER_VERIFY_CONFIG"),
            op("CLUSTER_VERIFY_CONFIG", error_codes=True, verbose=True),
            op("CLUSTER_VERIFY_CONFIG", ignore_errors=["ECLUSTERCFG"]),
            op("CLUSTER_VERIFY_CONFIG", ignore_errors=["nosuch"]),
            op("INSTANCE_QUERY_DATA", instances=["inst1", "inst2", "inst3"], static=False),
            op("INSTANCE_QUERY_DATA", instances=["mirrored", "switched"], static=True),
            op("INSTANCE_QUERY_DATA", instances=["inst5"], static=False),
            op("INSTANCE_QUERY_DATA", instances=["inst1", "nosuch"], static=True),
            op("INSTANCE_QUERY_DATA", instances=["inst2"], static=True, use_locking=True),
            op("INSTANCE_CONSOLE", instance_name="inst1"),
            op("INSTANCE_CONSOLE", instance_name="inst5"),
            op("INSTANCE_CONSOLE", instance_name="inst10"),
            op("INSTANCE_CONSOLE", instance_name="web-frontend2"),
            op("INSTANCE_CONSOLE", instance_name="planned1"),
            op("INSTANCE_CONSOLE", instance_name="nosuch"),
        ),
        corrected=(
            Correction(op("QUERY", what="os", fields=["name"], use_locking=True), "OpExecError", "success"),
            Correction(op("EXT_STORAGE_DIAGNOSE", output_fields=["name"], names=["nosuch"]), "OpExecError", "success"),
            Correction(op("CLUSTER_QUERY"), "ProgrammerError", "success"),
            Correction(op("CLUSTER_CONFIG_QUERY", output_fields=["volume_group_name"]), "OpExecError", "success"),
        ),
    ),
)
