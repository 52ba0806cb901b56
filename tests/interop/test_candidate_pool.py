"""The pool of candidates gets another size: with us the job that sets it fills it, with Ganeti the one after that."""

from pathlib import Path
from typing import Final

import pytest

from .carry_out import Outcome
from .job_orders import Book, Chapter, op
from .odd_configs import JsonObject, primary_key
from .reference_cluster import ReferenceCluster
from .two_job_daemons import by_both, carry_book_out

pytestmark = pytest.mark.interop

SIZES: Final = (10, 10, 1)
PROMOTED: Final = " - INFO: Promoted nodes to master candidate role: node3.example.com"
TOO_MANY: Final = " - INFO: Note: more nodes are candidates (4) than desired (1)"


def let_one_be_promoted(config: JsonObject) -> None:
    """One node is no candidate, but could be one; there are as many as there should be."""
    config["cluster"]["candidate_pool_size"] = 3
    config["nodes"][primary_key(config, "nodes", "node3.example.com")] |= {"drained": False, "master_candidate": False}


BOOK: Final = Book(
    let_one_be_promoted,
    (Chapter(before=tuple(op("CLUSTER_SET_PARAMS", candidate_pool_size=size) for size in SIZES)),),
)


def show(outcome: Outcome) -> tuple[str, list[str], bool]:
    """How the job has ended, what it has told, and whether it has promoted the node."""
    promotion = "/nodes/node3.example.com/master_candidate: False -> True"
    return outcome.ended, [text for _, text in outcome.log], promotion in outcome.changes


def test_the_new_size_holds_at_once(reference: ReferenceCluster, folder: Path) -> None:
    """Ganeti promotes by the size that was set before, and fails where it has promoted any."""

    def carry_out(_: bytes) -> list[tuple[str, list[str], bool]]:
        *outcomes, _rest = carry_book_out(reference, BOOK)  # the rest: nothing else has changed
        return [show(outcome) for outcome in outcomes]

    real, ours = by_both(reference, folder, BOOK.prepare, carry_out)
    assert real == [("success", [], False), ("ConfigurationError", [PROMOTED], True), ("success", [], False)]
    assert ours == [("success", [PROMOTED], True), ("success", [], False), ("success", [TOO_MANY], False)]
