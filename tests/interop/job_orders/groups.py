"""Node groups."""

from collections.abc import Mapping
from typing import Any, Final

from ._chapter import Chapter, Correction, Opcode, op

_SPECS: Final = ("memory-size", "disk-size", "disk-count", "cpu-count", "nic-count", "spindle-use")
LEAST: Final = dict.fromkeys(_SPECS, 1)
MOST: Final = dict.fromkeys(_SPECS, 8)
"""Limits of a policy."""

WRONG_POLICIES: Final[tuple[Mapping[str, Any], ...]] = (
    {"nosuch": 1},
    {"minmax": [{"min": MOST, "max": LEAST}]},
    {"minmax": [{"min": LEAST}]},
    {"minmax": [{"min": {"memory-size": 1}, "max": MOST}]},
    {"disk-templates": ["diskless", "nosuch"]},
    {"disk-templates": ["drbd"]},
    {"vcpu-ratio": "much"},
)
"""Policies that no group and no cluster can have."""

WRONG_VALUES: Final[tuple[Mapping[str, Any], ...]] = (
    {"ipolicy": {"minmax": [{"min": {**LEAST, "nosuch": 1}, "max": MOST}]}},
    {"ipolicy": {"minmax": [{"min": LEAST, "max": {**MOST, "cpu-count": "many"}}]}},
    {"diskparams": {"rbd": {"access": "nosuch"}}},
)
"""Values that groups and the cluster cannot be given, but Ganeti's new groups can."""

WRONG_PARAMETERS: Final[tuple[Mapping[str, Any], ...]] = (
    {"ndparams": {"nosuch": 1}},
    {"ndparams": {"spindle_count": "many"}},
    {"ndparams": {"cpu_speed": "fast"}},
    {"ndparams": {"oob_program": 7}},
    {"ndparams": {"exclusive_storage": "perhaps"}},
    {"hv_state": {"nosuch": {}}},
    {"hv_state": {"kvm": {"nosuch": 1}}},
    {"hv_state": {"kvm": {"mem_total": "much"}}},
    {"disk_state": {"nosuch": {}}},
    {"disk_state": {"plain": {"xenvg": {"nosuch": 1}}}},
    {"diskparams": {"nosuch": {}}},
    {"diskparams": {"drbd": {"nosuch": 1}}},
    {"diskparams": {"drbd": {"resync-rate": "fast"}}},
    {"diskparams": {"plain": {"metavg": "meta"}}},
)
"""Parameters that neither a group nor the cluster can have."""


def _try_adding(**parameters: object) -> Opcode:
    return op("GROUP_ADD", group_name="new", dry_run=True, **parameters)


CHAPTERS: Final = (
    Chapter(tried=(op("GROUP_ASSIGN_NODES", group_name="group2", nodes=["node1"]),)),
    Chapter(
        before=(
            op("GROUP_ADD", group_name="fresh", alloc_policy=None, ndparams={"spindle_count": "4", "ovs": "True"}),
            op("GROUP_SET_PARAMS", group_name="fresh", ndparams={"spindle_count": "default", "cpu_speed": 2}),
            op("GROUP_SET_PARAMS", group_name="fresh", alloc_policy="last_resort"),
            op("GROUP_SET_PARAMS", group_name="fresh", ipolicy={"vcpu-ratio": 3, "disk-templates": ["diskless"]}),
            op("GROUP_SET_PARAMS", group_name="fresh", ipolicy={"minmax": [{"min": LEAST, "max": MOST}]}),
            op("GROUP_SET_PARAMS", group_name="fresh", ipolicy={"minmax": [], "vcpu-ratio": "default"}),
            op("GROUP_SET_PARAMS", group_name="fresh", diskparams={"drbd": {"metavg": "meta", "stripes": "x"}}),
            op("GROUP_SET_PARAMS", group_name="fresh", diskparams={"drbd": {"metavg": "meta"}}),
            op("GROUP_SET_PARAMS", group_name="fresh", diskparams={"drbd": {"metavg": "default"}}),
            op("GROUP_SET_PARAMS", group_name="fresh", hv_state={"kvm": {"mem_total": 4096, "mem_hv": 512}}),
            op("GROUP_SET_PARAMS", group_name="fresh", disk_state={"plain": {"xenvg": {"disk_total": 9}}}),
            op("GROUP_SET_PARAMS", group_name="default", ipolicy={"disk-templates": ["file"]}),
            op("GROUP_RENAME", group_name="fresh", new_name="stale"),
            op("GROUP_ASSIGN_NODES", group_name="stale", nodes=["node4"]),
            op("GROUP_ASSIGN_NODES", group_name="stale", nodes=["node2"], force=True),
            op("GROUP_ASSIGN_NODES", group_name="stale", nodes=["node2"]),
        ),
        tried=(
            op("GROUP_ADD", group_name="stale"),
            op("GROUP_ADD", group_name="STALE"),
            op("GROUP_ADD", group_name=""),
            op("GROUP_ADD", group_name="new", alloc_policy="nosuch"),
            *(op("GROUP_ADD", group_name="new", ipolicy=policy) for policy in WRONG_POLICIES),
            *(op("GROUP_ADD", group_name="new", **wrong) for wrong in WRONG_PARAMETERS),
            op("GROUP_SET_PARAMS", group_name="stale"),
            op("GROUP_SET_PARAMS", group_name="nosuch", alloc_policy="preferred"),
            op("GROUP_SET_PARAMS", group_name="stale", ndparams={"spindle_count": 1}),
            op("GROUP_SET_PARAMS", group_name="stale", ipolicy={"std": {"memory-size": 4}}),
            *(op("GROUP_SET_PARAMS", group_name="stale", ipolicy=policy) for policy in WRONG_POLICIES),
            *(op("GROUP_SET_PARAMS", group_name="stale", **wrong) for wrong in WRONG_PARAMETERS),
            *(op("GROUP_SET_PARAMS", group_name="stale", **wrong) for wrong in WRONG_VALUES),
            op("GROUP_RENAME", group_name="stale", new_name="stale"),
            op("GROUP_RENAME", group_name="stale", new_name="default"),
            op("GROUP_RENAME", group_name="nosuch", new_name="new"),
            op("GROUP_RENAME", group_name="stale", new_name="new"),
            op("GROUP_REMOVE", group_name="stale"),
            op("GROUP_REMOVE", group_name="nosuch"),
            op("GROUP_REMOVE", group_name="group10"),
            op("GROUP_ASSIGN_NODES", group_name="nosuch", nodes=["node2"]),
            op("GROUP_ASSIGN_NODES", group_name="stale", nodes=["nosuch"]),
            op("GROUP_ASSIGN_NODES", group_name="group2", nodes=["node1"]),
            op("GROUP_ASSIGN_NODES", group_name="default", nodes=["node1"]),
        ),
        corrected=(
            Correction(_try_adding(ipolicy={"std": {"memory-size": 4}}), "success", "OpPrereqError"),
            Correction(_try_adding(**WRONG_VALUES[0]), "success", "TypeEnforcementError"),
            Correction(_try_adding(**WRONG_VALUES[1]), "OpExecError", "TypeEnforcementError"),
            Correction(_try_adding(**WRONG_VALUES[2]), "success", "OpPrereqError"),
            Correction(
                op("GROUP_SET_PARAMS", group_name="default", diskparams={"rbd": {"access": "userspace"}}, dry_run=True),
                "success",
                "OpPrereqError",
            ),
        ),
        after=(
            op("GROUP_ASSIGN_NODES", group_name="default", nodes=["node2"]),
            op("GROUP_ASSIGN_NODES", group_name="group2", nodes=["node4"]),
            op("GROUP_SET_PARAMS", group_name="default", ipolicy={"disk-templates": "default"}),
            op("GROUP_SET_PARAMS", group_name="default", ipolicy={"disk-templates": ["default"]}),
            op("GROUP_REMOVE", group_name="stale"),
        ),
    ),
)
