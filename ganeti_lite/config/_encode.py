"""A :class:`~ganeti_lite.snapshot.ClusterSnapshot` → the bytes of config.data, at the cost of what changed.

The file is one line of compact JSON in ASCII, tables sorted by UUID, members in the order of Ganeti 3.0's own writer,
and no newline at the end. Keys that this project has no name for are written back, behind the others. A group's
``members`` are always empty there: they follow from the nodes.

Source: what wconfd of Ganeti 3.0 writes.
"""

from collections.abc import Mapping
from json import JSONEncoder
from typing import Any, Final

from attrs import frozen

from ganeti_lite.snapshot import Cluster, ClusterSnapshot, NodeGroup

from ._members import list_members
from ._tables import TABLES

_Pieces = Mapping[str, tuple[object, bytes]]
"""UUID → an object, and its bytes with the key that it stands under."""


@frozen(eq=False)
class EncodedTable:
    """One table of the file.

    :ivar source: what it was made from; the same mapping means the same bytes.
    :ivar data: the bytes of the table.
    """

    source: Mapping[str, object]
    pieces: _Pieces
    data: bytes

    @classmethod
    def of(cls, source: Mapping[str, object], old: _Pieces) -> "EncodedTable":
        """*source* encoded; an object that is the very one in *old* is not encoded again."""
        pieces: dict[str, tuple[object, bytes]] = {}
        for uuid, item in source.items():
            piece = old.get(uuid)
            pieces[uuid] = (item, _encode_member(uuid, item)) if piece is None or piece[0] is not item else piece
        return cls(source, pieces, b"{%b}" % b",".join([data for _, data in pieces.values()]))

    def follow(self, source: Mapping[str, object]) -> "EncodedTable":
        """The same for a later state of the table."""
        return self if source is self.source else EncodedTable.of(source, self.pieces)


@frozen(eq=False)
class EncodedConfig:
    """A snapshot with its bytes, and with what the next one's need of them.

    :ivar cluster: the cluster object, and its bytes.
    :ivar tables: the tables, by name.
    """

    snapshot: ClusterSnapshot
    cluster: tuple[Cluster, bytes]
    tables: Mapping[str, EncodedTable]

    @classmethod
    def of(cls, snapshot: ClusterSnapshot) -> "EncodedConfig":
        """All of *snapshot* encoded."""
        tables = {name: EncodedTable.of(getattr(snapshot, name), {}) for name in TABLES}
        return cls(snapshot, (snapshot.cluster, encode_object(snapshot.cluster)), tables)

    def follow(self, snapshot: ClusterSnapshot) -> "EncodedConfig":
        """*snapshot* encoded, where only those of its objects are that this one does not have."""
        cluster = snapshot.cluster
        is_same = cluster is self.cluster[0]
        tables = {name: table.follow(getattr(snapshot, name)) for name, table in self.tables.items()}
        return EncodedConfig(snapshot, self.cluster if is_same else (cluster, encode_object(cluster)), tables)

    @property
    def data(self) -> bytes:
        """The bytes of config.data; put together anew at each look."""
        encoded = {name: table.data for name, table in self.tables.items()} | {"cluster": self.cluster[1]}
        members = _list_all_members(self.snapshot)
        return b"{%b}" % b",".join(
            b'"%b":%b' % (name.encode(), encoded[name]) if name in encoded else _encode_member(name, value)
            for name, value in members.items()
        )


def encode_config(snapshot: ClusterSnapshot) -> bytes:
    """The bytes of a config.data for *snapshot*."""
    return EncodedConfig.of(snapshot).data


def encode_object(item: object) -> bytes:
    """The bytes of one object of the configuration, or of any value in one."""
    return _ENCODER.encode(item).encode("ascii")


def _encode_member(key: str, value: object) -> bytes:
    return b"%b:%b" % (encode_object(key), encode_object(value))


def _list_all_members(item: Any) -> Mapping[str, object]:
    """The members of an object as they are written, the unknown ones included."""
    members = list_members(item)
    if members is None:
        raise TypeError(f"{type(item).__name__} is nothing that a configuration can hold")
    if isinstance(item, NodeGroup):
        members["members"] = ()
    return {**members, **item.unknown} if item.unknown else members


def _open(value: object) -> object:
    """What the encoder makes of a value that it does not know."""
    return dict(value) if isinstance(value, Mapping) else _list_all_members(value)


_ENCODER: Final = JSONEncoder(separators=(",", ":"), allow_nan=False, default=_open)
"""Python's, not orjson's: it escapes what is not ASCII, which every reader takes, whatever its locale."""
