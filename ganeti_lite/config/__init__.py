"""The bytes of config.data: into a snapshot, and back.

Pure: it neither opens files nor knows who asks. A file that cannot be read gives one error that names every faulty
place by its path.
"""

from ._containers import freeze
from ._encode import EncodedConfig, encode_config, encode_object
from ._faults import ConfigFormatError, Fault
from ._load import LoadedConfig, load_config, parse_config, read_version
from ._members import list_members
from ._version import find_write_fault, is_newer_than_known

__all__ = [
    "ConfigFormatError",
    "EncodedConfig",
    "Fault",
    "LoadedConfig",
    "encode_config",
    "encode_object",
    "find_write_fault",
    "freeze",
    "is_newer_than_known",
    "list_members",
    "load_config",
    "parse_config",
    "read_version",
]
