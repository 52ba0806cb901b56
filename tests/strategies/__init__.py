"""Hypothesis strategies that several packages' tests use: small odd clusters, and changes to them."""

from .configs import configs
from .edits import edited
from .objects import MISSING_UUID, TABLES, JsonObject

__all__ = ["MISSING_UUID", "TABLES", "JsonObject", "configs", "edited"]
