"""All opcodes of Ganeti 3.0.2, one module for each family."""

from collections.abc import Mapping
from typing import Final

from ._opcode import Opcode
from .backup import BACKUP_OPCODES
from .cluster import CLUSTER_OPCODES
from .disk import DISK_OPCODES
from .group import GROUP_OPCODES
from .instance import INSTANCE_OPCODES
from .move import MOVE_OPCODES
from .network import NETWORK_OPCODES
from .node import NODE_OPCODES
from .query import QUERY_OPCODES
from .tags import TAGS_OPCODES
from .test import TEST_OPCODES

OPCODES: Final[Mapping[str, Opcode]] = {
    opcode.name: opcode
    for family in (
        TEST_OPCODES,
        TAGS_OPCODES,
        CLUSTER_OPCODES,
        GROUP_OPCODES,
        NODE_OPCODES,
        NETWORK_OPCODES,
        INSTANCE_OPCODES,
        DISK_OPCODES,
        MOVE_OPCODES,
        BACKUP_OPCODES,
        QUERY_OPCODES,
    )
    for opcode in family
}
"""Opcodes by ``OP_ID``."""
