"""Lists all instances over and over, never the same fields in the same order, so that no answer is kept.

Run with the path of the query socket as the only argument.
"""

import random
import sys
from pathlib import Path

from ganeti_lite.constants import ItemType
from tests.bench.measure import TimingClient
from tests.bench.scenarios import ELEVEN_FIELDS, encode_query

if __name__ == "__main__":
    draw = random.Random(1)
    with TimingClient(Path(sys.argv[1])) as client:
        while True:
            client.ask(encode_query(ItemType.INSTANCE, draw.sample(ELEVEN_FIELDS, len(ELEVEN_FIELDS)), None))
