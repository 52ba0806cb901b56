"""Opcode by opcode, what our job daemon makes of it, and what Ganeti's own does on the same cluster."""

from pathlib import Path
from typing import Final

import pytest

from .job_orders import BOOKS, Book
from .reference_cluster import ReferenceCluster
from .tally import Tally
from .two_job_daemons import by_both, carry_book_out, compare_outcomes

pytestmark = pytest.mark.interop

SUBJECT: Final = "opcodes, their results and what they change, by Ganeti's daemons and by ours"


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: str(book.prepare.__name__))
def test_opcodes_are_carried_out_as_ganeti_does(
    reference: ReferenceCluster, folder: Path, tally: Tally, book: Book
) -> None:
    """Same result or error, same log, same changes of the configuration."""
    real, ours = by_both(reference, folder, book.prepare, lambda _: carry_book_out(reference, book))
    tally.check(SUBJECT, compare_outcomes(book.prepare.__name__, real, ours))
