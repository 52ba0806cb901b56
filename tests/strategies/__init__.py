"""Hypothesis strategies that several packages' tests use: small odd clusters and changes to them, and job files."""

from .configs import configs
from .edits import edited
from .job_files import JSON, encode_job_file, job_files
from .objects import MISSING_UUID, TABLES, JsonObject

__all__ = ["JSON", "MISSING_UUID", "TABLES", "JsonObject", "configs", "edited", "encode_job_file", "job_files"]
