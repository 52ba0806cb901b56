"""Times as job files have them."""

from ganeti_lite.snapshot import Time

_MICROSECONDS = 1_000_000


def split_time(seconds: float) -> Time:
    """``(seconds, microseconds)`` since 1970, rounded down to the microsecond."""
    whole = int(seconds)
    return whole, min(int((seconds - whole) * _MICROSECONDS), _MICROSECONDS - 1)
