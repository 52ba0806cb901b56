"""What an operator types in a day: command lines of Ganeti's own tools, whose output is told apart from another run's.

The script leaves the cluster as it finds it, so that it can be run before a takeover and behind it.
"""

import re
from collections.abc import Sequence
from typing import Final

SCRIPT: Final[Sequence[str]] = (
    # instances, which come and go
    "gnt-instance list -o name,status,pnode,be/maxmem,admin_state",
    "gnt-instance list --no-headers --separator=: -o name,oper_state,oper_ram",
    "gnt-instance list -o name,tags 'pnode == \"node2\"'",
    "gnt-instance list -o name nosuch",
    "gnt-instance list-fields --separator='|' name status | cut -d'|' -f1-3",
    "gnt-instance add -t diskless -o noop -B maxmem=64,minmem=64 --no-start --no-name-check --no-ip-check"
    " --no-install --no-nics -n node2 fresh1.example.com",
    "gnt-instance list -o name,status,admin_state fresh1",
    "gnt-instance start fresh1",
    "gnt-instance list -o name,status,oper_state,admin_state fresh1",
    "gnt-instance modify -B maxmem=96,minmem=96 fresh1",
    "gnt-instance list -o be/maxmem,be/minmem,serial_no fresh1",
    "gnt-instance info --static fresh1",
    "gnt-instance add-tags fresh1 new shiny",
    "gnt-instance list-tags fresh1",
    "gnt-instance list -o tags fresh1",
    "gnt-instance remove-tags fresh1 shiny",
    "gnt-instance reboot fresh1",
    "gnt-instance stop fresh1",
    "gnt-instance list -o name,status,oper_state fresh1",
    "gnt-instance add -t diskless -o noop -n node2 --no-name-check --no-ip-check --no-nics fresh1.example.com",
    "gnt-instance remove --force fresh1",
    "gnt-instance list -o name fresh1",
    "gnt-instance start nosuch",
    "gnt-instance info --static inst1",
    # nodes
    "gnt-node list -o name,role,group,pinst_cnt,sinst_cnt,pinst_list",
    "gnt-node list -o name,offline,drained,master_candidate,vm_capable --verbose",
    "gnt-node list-fields --separator='|' name mfree | cut -d'|' -f1-3",
    "gnt-node info node2",
    "gnt-node modify --node-parameters=spindle_count=7 node3",
    "gnt-node list -o name,ndp/spindle_count,custom_ndparams node3",
    "gnt-node modify --node-parameters=spindle_count=default node3",
    "gnt-node list -o name,ndp/spindle_count,custom_ndparams node3",
    "gnt-node modify --drained=yes --offline=yes node3",
    "gnt-node add-tags node2 rack9",
    "gnt-node list-tags node2",
    "gnt-node remove-tags node2 rack9",
    # groups
    "gnt-group list",
    "gnt-group list-fields --separator='|' | cut -d'|' -f1-3",
    "gnt-group add fresh",
    "gnt-group list -o name,node_cnt,alloc_policy fresh",
    "gnt-group modify --alloc-policy=unallocable fresh",
    "gnt-group rename fresh stale",
    "gnt-group list -o name,alloc_policy",
    "gnt-group info stale | sed 's/^[ -]*//' | sort",
    "gnt-group remove stale",
    "gnt-group remove stale",
    # networks
    "gnt-network list -o name,network,gateway,free_count",
    "gnt-network add --network=192.0.3.0/29 --gateway=192.0.3.1 fresh",
    "gnt-network list -o name,network,free_count,reserved_count,map fresh",
    "gnt-network connect fresh bridged br0 default",
    "gnt-network list -o name,group_list fresh",
    "gnt-network info fresh",
    "gnt-network disconnect fresh default",
    "gnt-network remove fresh",
    # jobs
    "gnt-job list --no-headers -o id,status,summary 1 2",
    "gnt-job list -o id,archived 99999",
    "gnt-job list-fields --separator='|' id status | cut -d'|' -f1-3",
    "gnt-job info 1",
    "gnt-job watch 1",
    "gnt-job cancel 99999",
    "gnt-job archive 99999",
    "gnt-job change-priority --priority=high 99999",
    "gnt-debug delay --no-master 0.1",
    "gnt-debug locks",
    # rules for jobs
    'gnt-filter add --priority=5 --predicates=\'[["jobid", [">", "id", 999999]]]\' --action=PAUSE',
    "gnt-filter list -o priority,predicates,action | sort",
    "gnt-filter list --no-headers -o uuid,priority | awk '$2 == 5 { print $1 }' | xargs gnt-filter delete",
    "gnt-filter list --no-headers -o priority,action | sort",
    # operating systems, exports, the cluster
    "gnt-os list",
    "gnt-os diagnose",
    "gnt-os info noop",
    "gnt-backup list",
    "gnt-backup list-fields --separator='|' | cut -d'|' -f1-3",
    "gnt-cluster info | sed 's/^[ -]*//' | sort",  # the order of bounds changes from run to run
    "gnt-cluster version",
    "gnt-cluster getmaster",
    "gnt-cluster queue drain",
    "gnt-cluster queue info",
    "gnt-debug delay --no-master 0.1",
    "gnt-cluster queue undrain",
    "gnt-cluster queue info",
    "gnt-cluster watcher pause 1h",
    "gnt-cluster watcher continue",
    "gnt-cluster watcher info",
    "gnt-cluster add-tags production",
    "gnt-cluster search-tags .",
    "gnt-cluster list-tags",
    "gnt-cluster remove-tags production",
    "gnt-cluster verify | grep -v 'jobs' | sed 's/^.\\{24\\}//' | sort",  # without times; so does that of groups
)

_MOVING: Final = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}"), "TIME"),
    (re.compile(r"\b([Jj]obs?(?:ID)?:? )\d+(?:, \d+)*"), r"\1N"),
    (re.compile(r"(Serial number: |serial_no=)\d+"), r"\1N"),
    (re.compile(r"\(ganeti(-lite)?\) version \S+"), "BUILD"),
    (re.compile(r"(add:mac=)[0-9a-f:]{17}"), r"\1MAC"),
    (re.compile(r"\b\d+\.\d+s\b|\bdelta \S+"), "SECONDS"),
)
"""What differs from one run to the next."""

_VARIANTS: Final = re.compile(r"(?<=different checksums \()[^)]*(?=\))")
"""Which nodes have which variant of a file: numbered by their checksums, and so by what is in them at the time."""


def settle(text: str) -> str:
    """The output of a command without what differs from one run to the next."""
    for pattern, replacement in _MOVING:
        text = pattern.sub(replacement, text)
    return _VARIANTS.sub(lambda match: _sort_variants(match[0]), text)


def _sort_variants(text: str) -> str:
    return "; ".join(sorted(variant.partition(" on ")[2] for variant in text.split("; ")))
