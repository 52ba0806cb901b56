"""Every field of every item type, as tables: one module per item type, one row per field."""

from collections.abc import Mapping
from typing import Final

from ganeti_lite.constants import ItemType

from ._field import Field, Source
from .cluster import CLUSTER_FIELDS
from .export import EXPORT_FIELDS
from .extstorage import EXTSTORAGE_FIELDS
from .filter_rule import FILTER_FIELDS
from .group import GROUP_FIELDS
from .instance import INSTANCE_FIELDS
from .job import JOB_FIELDS, encode_log_entry
from .lock import LOCK_FIELDS
from .network import NETWORK_FIELDS
from .node import NODE_FIELDS
from .operating_system import OS_FIELDS

FIELDS: Final[Mapping[ItemType, Mapping[str, Field]]] = {
    ItemType.INSTANCE: INSTANCE_FIELDS,
    ItemType.NODE: NODE_FIELDS,
    ItemType.GROUP: GROUP_FIELDS,
    ItemType.NETWORK: NETWORK_FIELDS,
    ItemType.EXPORT: EXPORT_FIELDS,
    ItemType.JOB: JOB_FIELDS,
    ItemType.FILTER: FILTER_FIELDS,
    ItemType.LOCK: LOCK_FIELDS,
    ItemType.OS: OS_FIELDS,
    ItemType.EXTSTORAGE: EXTSTORAGE_FIELDS,
    ItemType.CLUSTER: CLUSTER_FIELDS,
}
"""Fields by item type and name, in declaration order."""

__all__ = ["FIELDS", "Field", "Source", "encode_log_entry"]
