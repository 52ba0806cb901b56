"""The same requests to the real confd and to ours: values, statuses and serial numbers, and what gets no reply."""

import json
import random
import time
from collections.abc import Iterable, Iterator
from typing import Final

import pytest

from ganeti_lite.simulator import encode_config
from tests.confd.recorded import load_cases, load_config_bytes

from .compare import Comparison
from .confd_daemons import ConfdPair, confd_pair
from .confd_requests import ConfdQuestion, ConfdQuestions, make_datagrams
from .conftest import CONFIGS, short_folder
from .reference_cluster import ReferenceCluster
from .tally import Tally

pytestmark = pytest.mark.interop

PATHS: Final = 300
LARGEST_OF_REAL: Final = 61_440
"""Bytes of a reply beyond which the real daemon still sends, or sends nothing, and ours reports an error."""


@pytest.fixture(scope="module", params=["reference", "recorded", *CONFIGS])
def pair(request: pytest.FixtureRequest, real_ganeti: None) -> Iterator[ConfdPair]:
    """Both daemons on the reference cluster's configuration, and on each made-up one in turn."""
    name: str = request.param
    if name == "reference":
        reference: ReferenceCluster = request.getfixturevalue("reference")
        config = reference.config.read_bytes()
    else:
        config = load_config_bytes() if name == "recorded" else encode_config(CONFIGS[name]())
    with short_folder() as folder, confd_pair(name, config, folder) as daemons:
        yield daemons


@pytest.fixture
def questions(pair: ConfdPair) -> ConfdQuestions:
    """Questions about the configuration at hand."""
    return ConfdQuestions(json.loads(pair.paths.config.read_bytes()), random.Random(pair.name))


def compare(pair: ConfdPair, asked: Iterable[ConfdQuestion]) -> Comparison:
    """Ask both, and compare what can be compared: not the master's role, not what is too large for a client."""
    comparison = Comparison(pair.name)
    for request_type, query in asked:
        real, ours = pair.real.ask(request_type, query), pair.ours.ask(request_type, query)
        is_corrected = real.raw is None or len(real.raw) > LARGEST_OF_REAL or is_master_by_other_name(pair, query)
        if not (is_corrected and ours.raw is not None):
            pair.compare(comparison, (request_type, query), real, ours)
    return comparison


def is_master_by_other_name(pair: ConfdPair, query: object) -> bool:
    """Whether *query* is another name of the master than its full one, for which the real daemon has a wrong role."""
    config = json.loads(pair.paths.config.read_bytes())
    master = config["nodes"].get(config["cluster"]["master_node"])
    if master is None or not isinstance(query, str) or query == master["name"]:
        return False
    return query == master["uuid"] or (query != "" and master["name"].startswith(f"{query}."))


def test_each_form_of_query(pair: ConfdPair, questions: ConfdQuestions, tally: Tally) -> None:
    """Every type takes and refuses the same forms."""
    tally.check("confd: forms of query", compare(pair, questions.of_each_form()))


def test_names(pair: ConfdPair, questions: ConfdQuestions, tally: Tally) -> None:
    """Nodes and instances are found by the same names, and the same is said of them."""
    tally.check("confd: nodes and instances", compare(pair, questions.about_names()))


def test_addresses(pair: ConfdPair, questions: ConfdQuestions, tally: Tally) -> None:
    """Instances' IPs lead to the same nodes, on each link."""
    tally.check("confd: addresses", compare(pair, questions.about_addresses()))


def test_paths(pair: ConfdPair, questions: ConfdQuestions, tally: Tally) -> None:
    """Paths lead to the same values of the configuration, or nowhere."""
    tally.check("confd: paths", compare(pair, questions.about_paths(PATHS)))


@pytest.mark.parametrize("pair", ["recorded"], indirect=True)
def test_datagrams(pair: ConfdPair, tally: Tally) -> None:
    """The same datagrams are answered, with the same; the same are met with silence."""
    comparison = Comparison(pair.name)
    for datagram in make_datagrams(pair.real, int(time.time())):
        pair.compare(comparison, datagram, pair.real.send(datagram), pair.ours.send(datagram))
    tally.check("confd: datagrams", comparison)


@pytest.mark.parametrize("pair", ["recorded"], indirect=True)
def test_recorded_replies_are_still_the_real_ones(pair: ConfdPair, tally: Tally) -> None:
    """What the unit tests take for the real daemon's replies, it gives."""
    comparison = Comparison(pair.name)
    for case in load_cases():
        expected = {"protocol": 1, "status": case.status, "answer": case.answer, "serial": case.serial}
        message = pair.real.ask(case.type, case.query).message
        shown = {**message, "answer": "text"} if case.answer == "text" else message
        comparison.note((case.type, case.query), "recorded", shown, expected)
    tally.check("confd: recorded replies", comparison)
