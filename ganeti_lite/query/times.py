"""Times as Ganeti's query daemon answers them.

It keeps a time as seconds and picoseconds and answers ``(seconds · 10¹² + picoseconds) / 10¹²`` in floating point,
which differs from the stored number in the last bit for about one time in eleven. Times that its own writer of the
configuration has stored come out as they are.
"""

from math import modf
from typing import Final

_PICOSECONDS: Final = 1e12


def round_time(seconds: float) -> float:
    """A stored time (seconds since 1970) as it is answered; a whole one is an ``int``."""
    if isinstance(seconds, int):
        return seconds
    fraction, whole = modf(seconds)
    # Both roundings are wanted: of the sum to a float, and of the quotient.
    answered = float(int(whole) * int(_PICOSECONDS) + int(fraction * _PICOSECONDS)) / _PICOSECONDS
    return int(answered) if answered.is_integer() else answered
