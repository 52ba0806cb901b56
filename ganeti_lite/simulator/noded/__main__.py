"""``python -m ganeti_lite.simulator.noded``: as ``ganeti-lite simulate-nodes``."""

import sys

from .program import main

sys.exit(main(sys.argv[1:]))
