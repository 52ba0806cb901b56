"""The node's own certificate, as the master asks for it when the node becomes a candidate.

Source: reference of Ganeti's node RPC, 2.8. A new certificate is no more than another digest: nodes here call nobody.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import attrs

from ganeti_lite.simulator.noded.machine import SimulatedNode

from ._outcome import Calls, Done


def _exchange_tokens(machine: SimulatedNode, arguments: Sequence[Any]) -> Done:
    """``[[kind, digest], …]`` for requests ``[kind, action, options]``."""
    (requests,) = arguments
    tokens = []
    for kind, action, _options in requests:
        if kind != "ssl":
            raise ValueError(f"Token type '{kind}' not supported.")
        if action == "create":
            machine = attrs.evolve(machine, certificate_digest=_another_digest(machine.certificate_digest))
        tokens.append([kind, machine.certificate_digest])
    return Done(machine, tokens)


def _another_digest(digest: str) -> str:
    return hashlib.sha1(digest.encode("ascii"), usedforsecurity=False).digest().hex(":").upper()


CERTIFICATE_CALLS: Final[Calls] = {"node_crypto_tokens": _exchange_tokens}
