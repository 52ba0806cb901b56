"""A client that asks for huge listings over many connections all the time, never twice for the same.

Run with the path of the query socket and the number of connections as arguments.
"""

import itertools
import random
import sys
from pathlib import Path
from typing import Final

from ganeti_lite.constants import ItemType
from tests.bench.scenarios import ELEVEN_FIELDS, encode_query

from .askers import Crowd, Kind, ask_for

_DIFFERENT: Final = 5000
"""Answers that the daemon could not keep all at once."""


def make_requests() -> list[bytes]:
    """Full listings, each with a regular expression that all names match, and with the fields in another order."""
    draw = random.Random(2)
    return [
        encode_query(ItemType.INSTANCE, draw.sample(ELEVEN_FIELDS, len(ELEVEN_FIELDS)), ["=~", "name", f"{number}|."])
        for number in range(_DIFFERENT)
    ]


if __name__ == "__main__":
    crowd = Crowd(int(sys.argv[2]), 0.0, [Kind("huge", make_requests())])
    for seed in itertools.count():
        ask_for(Path(sys.argv[1]), crowd, 3600.0 + seed)
