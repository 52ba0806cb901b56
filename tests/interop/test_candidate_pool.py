"""The pool of candidates gets another size: with us the job that sets it fills it, with Ganeti the one after that."""

from pathlib import Path
from typing import Final

import pytest

from .carry_out import Outcome
from .idle_queue import end_open_jobs
from .job_orders import Book, Chapter, op
from .odd_configs import JsonObject, primary_key
from .processes import read_log
from .reference_cluster import ReferenceCluster
from .test_job_orders import carry_all_out, prepared, replace_config
from .test_masterd import our_daemons

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


def carry_out(reference: ReferenceCluster) -> list[tuple[str, list[str], bool]]:
    """What has become of the three jobs; the last outcome is that nothing else has changed."""
    *outcomes, _ = carry_all_out(reference, BOOK)
    return [show(outcome) for outcome in outcomes]


def test_the_new_size_holds_at_once(reference: ReferenceCluster, folder: Path) -> None:
    """Ganeti promotes by the size that was set before, and fails where it has promoted any."""
    end_open_jobs(reference)
    with prepared(reference, BOOK) as config:
        real = carry_out(reference)
        replace_config(reference, config)
        with our_daemons(reference, folder) as log:
            ours = carry_out(reference)
            assert "Traceback" not in read_log(log), read_log(log)
    assert real == [("success", [], False), ("ConfigurationError", [PROMOTED], True), ("success", [], False)]
    assert ours == [("success", [PROMOTED], True), ("success", [], False), ("success", [TOO_MANY], False)]
