"""Fields of exports: pairs of a node and the name of an instance exported to it."""

from typing import Final

from ganeti_lite.constants import FieldKind

from ._field import each_live, index_fields, live_field

EXPORT_FIELDS: Final = index_fields(
    [
        live_field(
            "node",
            "Node",
            FieldKind.TEXT,
            "The node that has the export",
            each_live(lambda _, export: export.node),
            is_hostname=True,
        ),
        live_field(
            "export",
            "Export",
            FieldKind.TEXT,
            "The exported instance's name",
            each_live(lambda _, export: export.name),
        ),
    ]
)
