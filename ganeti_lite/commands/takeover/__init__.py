"""``ganeti-lite takeover`` and ``ganeti-lite handback``: the switch on a live master, there and back."""

from ._program import main_handback, main_takeover

__all__ = ["main_handback", "main_takeover"]
