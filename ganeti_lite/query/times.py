"""Times as Ganeti's query daemon answers them.

It keeps a time as a whole number of picoseconds and divides it back in floating point, where a number of that size
is no longer exact: about one time in seven comes out different in its last bit, whole ones not spared. Times that
its own configuration writer has stored come out as they are. Source: what Ganeti 3.0.2 answers for 2,600 times.
"""

from typing import Final

_PICOSECONDS: Final = 10**12


def round_time(seconds: float) -> float:
    """A stored time (seconds since 1970) as it is answered; a whole one is an ``int``."""
    whole = int(seconds)
    picoseconds = whole * _PICOSECONDS + round((seconds - whole) * _PICOSECONDS)
    # Not the exact quotient of two integers: the dividend is rounded to a float first.
    answered = float(picoseconds) / _PICOSECONDS
    return int(answered) if answered.is_integer() else answered
