"""The measurements as a test, ``-s`` shows the table; and their instruments."""

from collections.abc import Callable
from typing import Final

import pytest

from ganeti_lite.simulator import ClusterShape
from tests.bench.table import align_columns

from .__main__ import HEADER, make_rows
from .measure import LoadSettings, Measured, measure_crowd, measure_fairness
from .nuisances import Nuisances

TIMES: Final = 3.0
"""How many times longer the well-behaved may wait because of others."""

MEMORY_KIB: Final = 512 * 1024

SMALL_LOAD = LoadSettings(
    shape=ClusterShape(nodes=4, instances=100),
    clients=10,
    pause=0.05,
    seconds=0.5,
    greedy=2,
    nuisances=Nuisances(never_reading=2, dribbling=2, idle=5, datagrams=1000),
)


@pytest.mark.bench
@pytest.mark.parametrize("measure", [measure_crowd, measure_fairness])
def test_the_well_behaved_are_served_as_before(measure: Callable[[LoadSettings], Measured]) -> None:
    """Median and 99th percentile stay within three times those without the others, and so does the memory in bounds."""
    measured = measure(LoadSettings())
    print(f"\n{align_columns([HEADER, *make_rows(measured)], range(2, len(HEADER)))}")
    assert measured.loud_memory < MEMORY_KIB
    for name, quiet in measured.quiet.items():
        loud = measured.loud[name]
        assert loud.failures == quiet.failures == []
        assert loud.median < TIMES * quiet.median, name
        assert loud.percentile_99 < TIMES * quiet.percentile_99, name


@pytest.mark.parametrize("measure", [measure_crowd, pytest.param(measure_fairness, marks=pytest.mark.bench)])
def test_all_kinds_are_answered(measure: Callable[[LoadSettings], Measured]) -> None:
    """On a small cluster, with a small crowd: the instruments work, and nobody is refused."""
    measured = measure(SMALL_LOAD)
    for figures in (measured.quiet, measured.loud):
        assert all(each.taken and not each.failures for each in figures.values())
    rows = list(make_rows(measured))
    assert len(rows) == 2
    assert all(len(row) == len(HEADER) for row in rows)
