"""The ssconf files of a made-up configuration: single values that every node keeps, one value a line."""

from ganeti_lite.config import parse_config
from ganeti_lite.config.ssconf import ssconf_text
from ganeti_lite.config.ssconf import ssconf_values as values_of

from ._objects import JsonObject
from .cluster import encode_config


def ssconf_values(config: JsonObject) -> dict[str, str]:
    """Content of each ssconf file by its key (the file is ``ssconf_KEY``); empty values are empty files."""
    return {key: ssconf_text(lines) for key, lines in values_of(parse_config(encode_config(config))).items()}
