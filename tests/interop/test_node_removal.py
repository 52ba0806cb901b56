"""A node that answers is removed: by Ganeti's job daemon and by ours, with the same end on the node itself."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from .carry_out import Outcome
from .job_orders import Book, Chapter, op
from .job_orders.additions import empty_node
from .processes import wait_until
from .reference_cluster import LIBRARY, ReferenceCluster
from .tally import Tally
from .test_job_orders import SUBJECT
from .two_job_daemons import by_both, carry_book_out, compare_outcomes

pytestmark = pytest.mark.interop

NODE: Final = 4
_REMOVAL: Final = op("NODE_REMOVE", node_name=f"node{NODE}")
BOOK: Final = Book(
    lambda config: empty_node(config, f"node{NODE}.example.com"),
    (Chapter(before=(op("TAGS_SET", kind="cluster", name=None, tags=["x"]), _REMOVAL)),),
)
"""A daemon of Ganeti's that has written nothing yet does not step the serial number where nothing changes."""


@contextmanager
def saved(reference: ReferenceCluster, folder: Path) -> Iterator[Path]:
    """The node's own files, which are what they were when the block ends; its daemon runs then."""
    data = reference.node_root(NODE) / "var/lib/ganeti"
    subprocess.run(["cp", "-a", data, folder / "saved"], check=True)
    try:
        yield data
    finally:
        shutil.rmtree(data)
        subprocess.run(["mv", folder / "saved", data], check=True)
        start = (LIBRARY / "daemon-util", "start", "ganeti-noded")
        wait_until(lambda: reference.on(NODE, *start).returncode == 0, "the node's daemon runs again")


def remove(reference: ReferenceCluster, folder: Path) -> tuple[list[Outcome], list[str]]:
    """What came of the removal, and what is left on the node."""
    with saved(reference, folder) as data:
        outcomes = carry_book_out(reference, BOOK)
        return outcomes, sorted(str(path.relative_to(data)) for path in data.rglob("*"))


def test_a_node_leaves_as_with_ganeti(reference: ReferenceCluster, folder: Path, tally: Tally) -> None:
    """Same log, same changes of the configuration, and the same files left behind."""
    (real, left), (ours, left_by_ours) = by_both(reference, folder, BOOK.prepare, lambda _: remove(reference, folder))
    comparison = compare_outcomes("reference", real, ours)
    comparison.note("what is left on the node", "data", left, left_by_ours)
    tally.check(SUBJECT, comparison)
    assert {outcome.status for outcome in real} == {"success"}
    assert "server.pem" not in left
