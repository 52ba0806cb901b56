"""What units make of the answers of nodes."""

from typing import Any, Final

from ganeti_lite.errors import OpExecError
from ganeti_lite.wire.noderpc import RpcFailure, RpcResult

URGENT: Final = 60.0
FAST: Final = 300.0
NORMAL: Final = 900.0
SLOW: Final = 3600.0
"""Seconds that nodes have for calls of different kinds."""


def require(result: RpcResult, what: str) -> Any:
    """A node's answer.

    :raises OpExecError: there is none; the text is *what*, and why.
    """
    if isinstance(result, RpcFailure):
        raise OpExecError(f"{what}: {result.reason}")
    return result.payload
