"""Job ids as clients write them."""

import re
from typing import Final

MAX_JOB_ID: Final = (1 << 63) - 1
"""Ganeti's daemons have no room for more."""

_JOB_ID: Final = re.compile(r"\s*(-?\d+)\s*", re.ASCII)


def parse_job_id(text: str) -> int:
    """The job id that *text* stands for; raises ValueError, with a text that Ganeti's clients know."""
    match = _JOB_ID.match(text)
    if match is None:
        raise ValueError(f"parsing job id: cannot parse string '{text}'")
    if match.end() < len(text):
        raise ValueError(f"parsing job id: leftover characters when parsing '{text}': '{text[match.end() :]}'")
    return check_job_id(int(match[1]))


def check_job_id(number: int) -> int:
    """*number* itself; raises ValueError if it cannot be a job id."""
    if not 0 <= number <= MAX_JOB_ID:
        raise ValueError(f"Invalid value for job ID ' {number}'")
    return number
