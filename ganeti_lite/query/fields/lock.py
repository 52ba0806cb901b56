"""Fields of locks, as the daemon that keeps them tells."""

from typing import Final

from ganeti_lite.constants import FieldKind
from ganeti_lite.query.values import NULL

from ._field import attribute, config_field, index_fields

LOCK_FIELDS: Final = index_fields(
    (
        config_field("name", "Name", FieldKind.OTHER, "What is locked", attribute("name")),
        config_field(
            "mode",
            "Mode",
            FieldKind.OTHER,
            "How it is held, exclusively or shared",
            attribute("mode", NULL),
        ),
        config_field("owner", "Owner", FieldKind.OTHER, "Who holds it", attribute("owners")),
        config_field(
            "pending", "Pending", FieldKind.OTHER, "Who waits for it, and in which mode", attribute("pending")
        ),
    )
)
