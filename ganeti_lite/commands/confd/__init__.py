"""``ganeti-lite confd``: asks confd daemons over UDP, and prints the newest of their answers."""

from ._program import main

__all__ = ["main"]
