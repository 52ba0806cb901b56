"""Times that other writers than Ganeti's own have stored."""

import random
from pathlib import Path

import pytest

from ganeti_lite.simulator import encode_config

from .odd_configs import add_instance, bare
from .side_by_side import both

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("real_ganeti")]

COUNT = 300


def test_arbitrary_times_are_answered_to_the_last_bit(folder: Path) -> None:
    """Times with any fraction, whole ones and none: ours equal the real daemon's in every bit."""
    draw = random.Random(7)
    config = bare()
    for number in range(COUNT):
        times = {"ctime": draw.choice([0, 5, 1e9, draw.uniform(0, 2e9)]), "mtime": draw.uniform(1.7e9, 1.8e9)}
        add_instance(config, f"inst{number}.example.com", **times)
    query = ("Query", ["instance", ["name", "ctime", "mtime"], None])
    with both("times", encode_config(config), folder) as daemons, daemons.pair() as pair:
        real, ours = pair.real.ask(*query).result["data"], pair.ours.ask(*query).result["data"]
    assert ours == real
    assert [type(cell[1]) for row in ours for cell in row] == [type(cell[1]) for row in real for cell in row]
    stored = {instance["name"]: instance["mtime"] for instance in config["instances"].values()}
    assert any(stored[name[1]] != mtime[1] for name, _, mtime in real), "no time shows the difference"
