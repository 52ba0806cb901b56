"""Making many objects that are no garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not look for garbage for as long as the block lasts: it makes many values and no garbage.

    Looking through hundreds of thousands of new values again and again while they are made doubles the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep_for_long() -> None:
    """Never look through what there is now again.

    It would stop the daemon for 50 ms at each collection; snapshots have no cycles, so nothing is lost.
    """
    gc.collect(1)
    gc.freeze()
