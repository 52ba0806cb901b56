"""Globs over names: ``*`` is any text without a dot, ``?`` any character but a dot; the domain may be left out."""

import re
from collections.abc import Mapping
from typing import Final

GLOB_CHARACTERS: Final[Mapping[str, str]] = {"*": "[^.]*", "?": "[^.]"}


def is_glob(text: str) -> bool:
    """Whether a name stands for many."""
    return any(character in text for character in GLOB_CHARACTERS)


def translate_glob(glob: str) -> str:
    """The regular expression that matches what a glob stands for."""
    body = "".join(GLOB_CHARACTERS.get(character) or re.escape(character) for character in glob)
    return rf"^{body}(\..*)?$"
