"""The benchmark as a test, so that one runner finds everything; ``-s`` shows the tables. And its instruments."""

import threading
from pathlib import Path

import pytest

from ganeti_lite.constants import ConfdRequest
from ganeti_lite.simulator import ClusterShape, build_config

from .__main__ import main
from .client import ConfdTimer, Effort, Latencies, Rate, ping_while, seal_many
from .scenarios import Question, make_questions
from .session import Rates, bare_echo
from .tables import LATENCIES_HEADER, RATES_HEADER, make_latency_rows, make_rates_row, render

SHAPE = ClusterShape(nodes=40, instances=1000)


@pytest.mark.bench
def test_the_tables_are_printed() -> None:
    """Everything can be measured."""
    assert main([]) == 0


def test_an_echo_is_measured(tmp_path: Path) -> None:
    """The instruments work on a real server: rates and latencies are positive, replies have the requests' size."""
    datagrams = seal_many(b"key", 0, None)
    with bare_echo(tmp_path) as port:
        with ConfdTimer(port) as timer:
            rate = timer.measure_rate(datagrams, Effort(seconds=0.05))
        latencies = ping_while(port, b"key", lambda: threading.Event().wait(0.1))
    assert rate.per_second > 100
    assert rate.reply_size == len(datagrams[0])
    assert 0 < latencies.median <= latencies.percentile_99 <= latencies.longest


def test_every_question_can_be_asked() -> None:
    """A made-up cluster has what is asked about, and all types of requests that are promised to be fast are asked."""
    questions = make_questions(build_config(ClusterShape(nodes=5, instances=30)))
    assert all(question.query is not None for question in questions if question.is_about_objects)
    assert len({question.request_type for question in questions}) == len(questions) == 8


@pytest.mark.parametrize(
    ("ours", "real", "echo", "is_met"),
    [(70_000, 30_000, 90_000, "yes"), (50_000, 30_000, 70_000, "NO"), (70_000, 30_000, 150_000, "NO")],
)
def test_pings_are_judged_by_both(ours: float, real: float, echo: float, is_met: str) -> None:
    """A ping has to be twice as fast as the real daemon's, and not much slower than an echo."""
    servers = {"ours": Rate(ours, 150), "confd": Rate(real, 150), "echo": Rate(echo, 150)}
    row = make_rates_row(SHAPE, Rates(Question("ping", ConfdRequest.PING, None), servers))
    assert row[-1] == is_met
    assert row[4] == f"{real:,.0f}"


def test_without_the_real_daemon_only_the_echo_judges() -> None:
    """What cannot be measured is a dash."""
    servers = {"ours": Rate(70_000, 150), "echo": Rate(90_000, 150)}
    row = make_rates_row(SHAPE, Rates(Question("ping", ConfdRequest.PING, None), servers))
    assert (row[4], row[5], row[-1]) == ("-", "-", "yes")


def test_objects_are_judged_on_large_clusters_only() -> None:
    """Fifty times, from a thousand instances on."""
    question = Question("instances", ConfdRequest.NODE_INSTANCES, "x", is_about_objects=True)
    assert [question.times_faster(instances) for instances in (100, 1000, 10_000)] == [None, 50, 50]


def test_the_tables_are_aligned() -> None:
    """Each line has every column at the same place."""
    latencies = {"nothing": Latencies.of([0.001, 0.002]), "something": Latencies.of([0.5])}
    text = render(LATENCIES_HEADER, make_latency_rows(SHAPE, latencies))
    header, _, first, second = text.splitlines()
    assert first.index("1,000/40") == second.index("1,000/40")
    assert header.startswith("pings beside")
    assert first.endswith("yes")
    assert second.endswith("NO")
    assert render(RATES_HEADER, []).startswith("what")
