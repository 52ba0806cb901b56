"""Nice sort: the order in which scanned objects are listed.

A name is cut into maximal runs of ASCII digits and runs of other characters; digit runs compare as integers,
other runs by code point, an integer is less than any text, and a list of runs that is a prefix of another is less.

The key is one string that sorts so by itself, since comparing strings is many times cheaper than comparing lists.
"""

import re
from typing import Final

_DIGITS: Final = re.compile("0*([0-9]+)")
_LOW: Final = re.compile("[\x00\x01]")


def nice_key(name: str) -> str:
    """The sort key of *name*: a string that is meant for comparison only.

    A digit run becomes NUL, its length without leading zeros as one character, and its digits. No text begins
    with NUL (the characters 0 and 1 are escaped by 1), so that an integer sorts before any text and the end of a
    text before its continuation.
    """
    if "\x00" in name or "\x01" in name:
        name = _LOW.sub(lambda match: "\x01" + match[0], name)
    return _DIGITS.sub(lambda match: f"\x00{chr(len(match[1]))}{match[1]}", name)
