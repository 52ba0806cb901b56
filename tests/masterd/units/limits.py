"""The limits of a policy for instances."""

from typing import Final

LEAST: Final = {"memory-size": 1, "disk-size": 1, "disk-count": 0, "cpu-count": 1, "nic-count": 0, "spindle-use": 1}
MOST: Final = dict.fromkeys(LEAST, 100)
LIMITS: Final = [{"min": LEAST, "max": MOST}]
