"""A schema for each kind of items.

A record has a member for each field that was asked for, of the type that the field's kind says, or null; and
``_missing``, with the reason for each member that is null because there is no value.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ganeti_lite.commands.cells import STATUS_WORDS
from ganeti_lite.commands.output_format import MISSING
from ganeti_lite.commands.resources import EXPORT, GROUP, INSTANCE, JOB, LOCK, NETWORK, NODE, RULE, Resource
from ganeti_lite.constants import FieldKind
from ganeti_lite.query.fields import FIELDS

LISTED: Final[tuple[Resource, ...]] = (EXPORT, RULE, GROUP, INSTANCE, JOB, LOCK, NETWORK, NODE)
"""What there are lists of."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_KINDS: Final[Mapping[FieldKind, Mapping[str, Any]]] = {
    FieldKind.TEXT: {"type": ["string", "null"]},
    FieldKind.BOOL: {"type": ["boolean", "null"]},
    FieldKind.NUMBER: {"type": ["number", "null"]},
    FieldKind.FLOAT: {"type": ["number", "null"]},
    FieldKind.UNIT: {"type": ["integer", "null"], "description": "MiB"},
    FieldKind.TIMESTAMP: {"type": ["number", "null"], "description": "seconds since 1970"},
    FieldKind.OTHER: {"description": "any value"},
    FieldKind.UNKNOWN: {"type": "null"},
}


def make_schema(resource: Resource) -> dict[str, Any]:
    """The schema of a list of items of a kind."""
    fields = FIELDS[resource.item_type]
    return {
        "$schema": _DIALECT,
        "title": f"A list of {resource.plural}",
        "type": "array",
        "items": {
            "type": "object",
            "required": [MISSING],
            "properties": {
                **{name: {"$ref": f"#/$defs/{fields[name].kind}"} for name in sorted(fields)},
                MISSING: {
                    "description": "why a field has no value",
                    "type": "object",
                    "additionalProperties": {"enum": list(STATUS_WORDS.values())},
                },
            },
            "additionalProperties": {"$ref": f"#/$defs/{FieldKind.UNKNOWN}"},
        },
        "$defs": {
            str(kind): _KINDS[kind]
            for kind in FieldKind
            if kind is FieldKind.UNKNOWN or any(field.kind == kind for field in fields.values())
        },
    }


def write_schemas(folder: Path) -> None:
    """Write each schema to a file that is called by the item type."""
    for resource in LISTED:
        path = folder / f"{resource.item_type}-list.json"
        path.write_text(json.dumps(make_schema(resource), indent=1) + "\n")
