"""Opcodes for tags."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import TagKind

from ._opcode import Opcode, flag, opcode, optional, required
from ._types import NON_EMPTY, TEXT, list_of
from ._words import TAG_KIND

_SHOWN_KINDS: Final[Mapping[object, str]] = {
    TagKind.CLUSTER: "TagKindCluster",
    TagKind.GROUP: "TagKindGroup",
    TagKind.INSTANCE: "TagKindInstance",
    TagKind.NETWORK: "TagKindNetwork",
    TagKind.NODE: "TagKindNode",
}
"""A summary has them in the daemon's own spelling."""

TAGS_OPCODES: Final[tuple[Opcode, ...]] = (
    opcode("OP_TAGS_DEL", required("kind", TAG_KIND), required("tags", list_of(TEXT)), optional("name", TEXT)),
    opcode(
        "OP_TAGS_GET",
        required("kind", TAG_KIND),
        flag("use_locking"),
        optional("name", TEXT),
        shown="kind",
        show=_SHOWN_KINDS.__getitem__,
    ),
    opcode("OP_TAGS_SEARCH", required("pattern", NON_EMPTY), shown="pattern"),
    opcode("OP_TAGS_SET", required("kind", TAG_KIND), required("tags", list_of(TEXT)), optional("name", TEXT)),
)
