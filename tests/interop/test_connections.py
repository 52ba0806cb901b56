"""How requests may arrive, and what becomes of a connection: the same with both daemons."""

from collections.abc import Sequence
from typing import Final

import pytest
from attrs import frozen

from .compare import Comparison
from .luxi import END_OF_MESSAGE, converse, encode
from .side_by_side import SideBySide
from .tally import Tally

pytestmark = pytest.mark.interop

NODES: Final = encode("Query", ["node", ["name", "uuid"], None]) + END_OF_MESSAGE
GROUPS: Final = encode("Query", ["group", ["name"], None]) + END_OF_MESSAGE
FIELDS: Final = encode("QueryFields", ["network", None]) + END_OF_MESSAGE
FAILING: Final = encode("Query", ["node", ["name"], ["==", "name", "nosuch"]]) + END_OF_MESSAGE
MALFORMED: Final = b"{" + END_OF_MESSAGE
UNKNOWN: Final = encode("NoSuch", []) + END_OF_MESSAGE


@frozen
class Conversation:
    """What a client writes, piece by piece, and whether it hangs up then."""

    parts: Sequence[bytes]
    hang_up: bool = False


CONVERSATIONS: Final = {
    "one after another": Conversation([NODES, GROUPS, FIELDS]),
    "all at once": Conversation([NODES + GROUPS + FIELDS + NODES]),
    "byte by byte": Conversation([bytes([byte]) for byte in NODES + GROUPS]),
    "end marks late": Conversation([NODES[:-1], END_OF_MESSAGE + GROUPS[:-1], END_OF_MESSAGE]),
    "one and a half": Conversation([NODES + GROUPS[:20], GROUPS[20:]]),
    "a failure between": Conversation([NODES + FAILING + GROUPS]),
    "nothing behind a malformed one": Conversation([NODES + MALFORMED + GROUPS], hang_up=True),
    "nothing behind an unknown one": Conversation([NODES + UNKNOWN + GROUPS], hang_up=True),
    "nothing behind an empty one": Conversation([NODES + END_OF_MESSAGE + GROUPS], hang_up=True),
    "hung up, answered": Conversation([NODES + GROUPS], hang_up=True),
    "hung up at once": Conversation([], hang_up=True),
    "hung up half way": Conversation([NODES + GROUPS[:-10]], hang_up=True),
    "hung up before the end mark": Conversation([NODES[:-1]], hang_up=True),
    "hundreds unread": Conversation([(NODES + GROUPS) * 150]),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations(daemons: SideBySide, name: str, tally: Tally) -> None:
    """Requests in pieces, together, or cut off get the same answers in the same order."""
    talk = CONVERSATIONS[name]
    real = converse(daemons.real.query_socket, talk.parts, hang_up=talk.hang_up)
    ours = converse(daemons.ours.query_socket, talk.parts, hang_up=talk.hang_up)
    assert len(real) == len(ours)
    comparison = Comparison(daemons.name)
    for one, other in zip(real, ours, strict=True):
        comparison.add(name, one, other)
    tally.check("pipelined requests", comparison)
