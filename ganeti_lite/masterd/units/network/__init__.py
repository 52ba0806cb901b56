"""OP_NETWORK_ADD, _REMOVE, _SET_PARAMS, _CONNECT, _DISCONNECT: networks of instances.

Source: what Ganeti 3.0 does.
"""

from ._add import NetworkAdd
from ._connect import NetworkConnect, NetworkDisconnect
from ._remove import NetworkRemove
from ._set_params import NetworkSetParams

__all__ = ["NetworkAdd", "NetworkConnect", "NetworkDisconnect", "NetworkRemove", "NetworkSetParams"]
