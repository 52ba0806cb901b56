"""Which unit carries out which opcode."""

from collections.abc import Mapping
from typing import Any, Final

from ._unit import LogicalUnit
from .cluster import ClusterConfigQuery, ClusterQuery, ClusterRedistConf, ClusterSetParams, ClusterVerifyConfig
from .delay import TestDelay
from .dummy import TestDummy
from .group import GroupAdd, GroupAssignNodes, GroupRemove, GroupRename, GroupSetParams
from .instance import INSTANCE_UNITS
from .network import NetworkAdd, NetworkConnect, NetworkDisconnect, NetworkRemove, NetworkSetParams
from .node import NodeRemove, NodeSetParams
from .queries import ExtStorageDiagnose, OsDiagnose, Query, QueryFields
from .tags import TagsDel, TagsGet, TagsSearch, TagsSet

_UNITS: Final[tuple[LogicalUnit[Any], ...]] = (
    ClusterConfigQuery(),
    ClusterQuery(),
    ClusterRedistConf(),
    ClusterSetParams(),
    ClusterVerifyConfig(),
    ExtStorageDiagnose(),
    GroupAdd(),
    GroupAssignNodes(),
    GroupRemove(),
    GroupRename(),
    GroupSetParams(),
    *INSTANCE_UNITS,
    NetworkAdd(),
    NetworkConnect(),
    NetworkDisconnect(),
    NetworkRemove(),
    NetworkSetParams(),
    NodeRemove(),
    NodeSetParams(),
    OsDiagnose(),
    Query(),
    QueryFields(),
    TagsDel(),
    TagsGet(),
    TagsSearch(),
    TagsSet(),
    TestDelay(),
    TestDummy(),
)

UNITS: Final[Mapping[str, LogicalUnit[Any]]] = {unit.op_id: unit for unit in _UNITS}
"""By ``OP_ID``. An opcode that is none of them is refused when it is submitted."""
