"""Arguments in the forms of Ganeti's node RPC: packed texts, and paths of virtual clusters.

Source: reference of Ganeti's node RPC, 1.5.
"""

import base64
import zlib
from typing import Any, Final

from ganeti_lite.simulator.noded.file_tree import FileTree

_VIRTUAL: Final = "/###-VIRTUAL-PATH-###,"
"""What a path begins with that stands for one below the root of whichever node reads it."""

_EVERYWHERE: Final = frozenset({"/etc/hosts"})
"""Paths that are the same in virtual clusters."""

_PLAIN: Final = 0
_COMPRESSED: Final = 1


def unpack_text(packed: Any) -> str:
    """The text that was sent as ``[0, text]`` or as ``[1, base64 of zlib]``.

    :raises Exception: it is neither; the text is the real daemon's.
    """
    if not isinstance(packed, list) or len(packed) != 2:
        raise ValueError
    encoding, content = packed
    if encoding == _PLAIN:
        return str(content)
    if encoding == _COMPRESSED:
        return zlib.decompress(base64.b64decode(content)).decode("utf-8")
    raise ValueError("Unknown data encoding")


def localize(files: FileTree, path: str) -> str:
    """The path in a node's tree that a request means.

    :raises ValueError: the node is one of a virtual cluster, and the path is not for such; the text is the real one's.
    """
    if not files.root:
        return path
    if not path.startswith("/"):
        raise ValueError(f"Path not absolute: {path}")
    if path in _EVERYWHERE:
        return path
    if not path.startswith(_VIRTUAL):
        raise ValueError(f"Path '{path}' is not a virtual path")
    return path.removeprefix(_VIRTUAL)
