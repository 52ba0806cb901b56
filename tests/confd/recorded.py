"""Requests with the replies that the real daemon gave to them (``cases/requests.json``)."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from ganeti_lite.config import parse_config
from ganeti_lite.snapshot import ClusterSnapshot

CASES: Final = Path(__file__).parent / "cases/requests.json"
TEXT: Final = "text"
"""What stands for an error's text."""


class Case(NamedTuple):
    """A request's type and query, and the reply's members."""

    type: int
    query: Any
    status: int
    answer: Any
    serial: int


@cache
def load_cases() -> tuple[Case, ...]:
    """All cases."""
    return tuple(Case(**each) for each in json.loads(CASES.read_text(encoding="utf-8"))["cases"])


@cache
def load_config_bytes() -> bytes:
    """The config.data that the cases are about."""
    return json.dumps(json.loads(CASES.read_text(encoding="utf-8"))["given"]).encode()


@cache
def load_snapshot() -> ClusterSnapshot:
    """The same as a snapshot."""
    return parse_config(load_config_bytes())


def without_text(status: int, answer: Any) -> Any:
    """An answer as the cases have it: descriptive texts of errors are everybody's own."""
    return TEXT if status != 0 and isinstance(answer, str) else answer
