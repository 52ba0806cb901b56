"""OP_GROUP_ADD, _REMOVE, _RENAME, _SET_PARAMS, _ASSIGN_NODES: node groups.

Source: what Ganeti 3.0 does.
"""

from ._add import GroupAdd
from ._assign import GroupAssignNodes
from ._remove import GroupRemove, GroupRename
from ._set_params import GroupSetParams

__all__ = ["GroupAdd", "GroupAssignNodes", "GroupRemove", "GroupRename", "GroupSetParams"]
