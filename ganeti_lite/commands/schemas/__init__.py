"""JSON schemas of what lists print with ``--format=json``, made of the tables of fields."""

from ._schemas import LISTED, make_schema, write_schemas

__all__ = ["LISTED", "make_schema", "write_schemas"]
