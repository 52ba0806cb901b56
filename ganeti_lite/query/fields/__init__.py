"""Every field of every item type, as tables: one module per item type, one row per field."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import ItemType

from ._field import Field, Source
from .export import EXPORT_FIELDS
from .extstorage import EXTSTORAGE_FIELDS
from .group import GROUP_FIELDS
from .instance import INSTANCE_FIELDS
from .network import NETWORK_FIELDS
from .node import NODE_FIELDS
from .operating_system import OS_FIELDS

FIELDS: Final[Mapping[ItemType, Mapping[str, Field]]] = {
    ItemType.INSTANCE: INSTANCE_FIELDS,
    ItemType.NODE: NODE_FIELDS,
    ItemType.GROUP: GROUP_FIELDS,
    ItemType.NETWORK: NETWORK_FIELDS,
    ItemType.EXPORT: EXPORT_FIELDS,
    ItemType.OS: OS_FIELDS,
    ItemType.EXTSTORAGE: EXTSTORAGE_FIELDS,
}
"""Fields by item type and name, in declaration order."""

__all__ = ["FIELDS", "Field", "Source"]
