"""What holds for every test: how much Hypothesis tries, and what need not be done again for each.

``HYPOTHESIS_PROFILE`` chooses; no profile has a deadline, since the machine's load is not under test.
"""

import functools
import gc
import importlib.metadata
import os
import signal

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.contracts")

QUICK_LOOP = "not interop and not bench"

settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile("ci", deadline=None, max_examples=300, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    """Prepare what holds for all tests.

    Before each test pytest looks for Twisted's version among the installed packages, a millisecond; once will do.
    Tests that were started in the background have SIGINT ignored, as would have the programs that they interrupt.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    patch = pytest.MonkeyPatch()
    patch.setattr(importlib.metadata, "version", functools.cache(importlib.metadata.version))
    config.add_cleanup(patch.undo)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Only the quick loop is shared among processors: comparisons have one cluster, measurements want quiet.

    It has one worker more than there are processors, since some are always waiting for a daemon.
    """
    return len(os.sched_getaffinity(0)) + 1 if config.option.markexpr == QUICK_LOOP else 0


def pytest_collection_finish() -> None:
    """Modules and thousands of tests stay to the end: looking at them again and again takes a fifth of the time."""
    gc.collect()
    gc.freeze()
