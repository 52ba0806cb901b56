"""OP_NODE_SET_PARAMS, OP_NODE_REMOVE: nodes.

Source: what Ganeti 3.0 does.
"""

from ._remove import NodeRemove
from ._set_params import NodeSetParams

__all__ = ["NodeRemove", "NodeSetParams"]
