"""A snapshot and a request give a reply: the one that the real daemon gives, but for what it gets wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confd.bounded_json import encode_bounded
from confd.datagrams import answer_request
from ganeti_lite.config import parse_config
from ganeti_lite.constants import ConfdField, ConfdRequest, ConfdStatus, NodeRole
from ganeti_lite.simulator import encode_config
from ganeti_lite.snapshot import ClusterSnapshot
from ganeti_lite.wire.confd import Query, QueryObject, decode_request
from tests.strategies import MISSING_UUID, JsonObject, configs

from .recorded import Case, load_cases, load_config_bytes, load_snapshot, without_text

LIMIT = 1 << 24


def ask(snapshot: ClusterSnapshot, request_type: int, query: object) -> Case:
    """The reply as a client gets it, with the request that it is to."""
    message = json.dumps({"protocol": 1, "type": request_type, "query": query, "rsalt": ""})
    request = decode_request(message)
    reply = answer_request(snapshot, request.request_type, request.query)
    answer = json.loads(encode_bounded(reply.answer, LIMIT))
    return Case(request_type, query, reply.status, without_text(reply.status, answer), reply.serial)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: f"{case.type} {json.dumps(case.query)}")
def test_replies_are_the_real_daemons(case: Case) -> None:
    """Status, answer and serial number of every recorded reply."""
    if (case.type, case.query) in MASTER_BY_OTHER_NAMES:
        case = case._replace(answer=NodeRole.MASTER)
    assert ask(load_snapshot(), case.type, case.query) == case


MASTER_BY_OTHER_NAMES = [(ConfdRequest.NODE_ROLE, name) for name in ("node1", "n1", "node1.example")]
"""For the real daemon, the master is the master only if asked for by its full name."""


@pytest.mark.parametrize("name", ["node1.example.com", "node1", "n1"])
def test_the_master_is_the_master_whatever_it_is_called(name: str) -> None:
    """The full name, a short one and the UUID of the master node all have the master's role."""
    assert ask(load_snapshot(), ConfdRequest.NODE_ROLE, name).answer == NodeRole.MASTER


def test_error_texts_name_what_was_asked_for() -> None:
    """Who reads the text learns which name was wrong."""
    for request_type, name in ((1, "nosuch"), (7, "web"), (8, "nosuch"), (9, "nosuch")):
        assert name in str(answer_request(load_snapshot(), ConfdRequest(request_type), name).answer)


def changed(**cluster: object) -> ClusterSnapshot:
    """The recorded configuration with other members of the cluster object."""
    config = json.loads(load_config_bytes())
    config["cluster"] |= cluster
    return parse_config(json.dumps(config).encode())


def test_without_a_master_node_nothing_is_said_of_it() -> None:
    """If the master's node is missing, roles and the master are errors; a malformed query is one of its own."""
    snapshot = changed(master_node=MISSING_UUID)
    assert ask(snapshot, 3, None)[2:4] == (ConfdStatus.ERROR, "text")
    assert ask(snapshot, 3, {})[2:4] == (ConfdStatus.ERROR, "text")
    assert ask(snapshot, 3, "x")[2:4] == (ConfdStatus.ERROR, 2)
    assert ask(snapshot, 1, "node2")[2:4] == (ConfdStatus.ERROR, "text")
    assert ask(snapshot, 4, None).status == ConfdStatus.OK


@pytest.mark.parametrize(
    ("hypervisors", "stored", "active"),
    [
        (["fake"], True, False),
        (["kvm"], None, False),
        (["xen-pvm", "kvm"], True, True),
        (["xen-hvm"], False, False),
        (["xen-hvm"], None, True),
    ],
)
def test_the_xen_collector_needs_xen(hypervisors: list[str], stored: bool | None, active: bool) -> None:
    """It is active only where a Xen hypervisor is enabled, and not if it is switched off."""
    own = {} if stored is None else {"inst-status-xen": {"active": stored, "interval": 5}}
    snapshot = changed(enabled_hypervisors=hypervisors, data_collectors={**own, "of-later-releases": {"active": True}})
    collectors = ask(snapshot, 11, None).answer
    assert collectors["inst-status-xen"] == {"active": active, "interval": 5_000_000 if stored is None else 5}
    assert len(collectors) == 6


QUERIES: st.SearchStrategy[Query] = (
    st.none()
    | st.text(max_size=10)
    | st.sampled_from(["web", "web1", "/cluster", "/instances", "/nodes/", "br0", MISSING_UUID])
    | st.builds(
        QueryObject,
        link=st.none() | st.sampled_from(["br0", "br1"]),
        ip=st.none() | st.sampled_from(["192.0.2.1", "x"]),
        ips=st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2"])).map(tuple),
        fields=st.lists(st.sampled_from(ConfdField)).map(tuple),
    )
)


@given(configs(), st.lists(st.tuples(st.sampled_from(ConfdRequest), QUERIES), max_size=10))
def test_any_request_has_a_reply(config: JsonObject, requests: list[tuple[ConfdRequest, Query]]) -> None:
    """Whatever is asked of whatever configuration: a reply that can be encoded, and the same one the second time."""
    snapshot = parse_config(encode_config(config))
    snapshot.derive_relations()
    names = [name for node in snapshot.nodes.values() for name in (node.uuid, node.name)]
    for request_type, query in [*requests, *((kind, name) for kind in ConfdRequest for name in names)]:
        reply = answer_request(snapshot, request_type, query)
        assert json.loads(encode_bounded(reply.answer, LIMIT)) == json.loads(
            encode_bounded(answer_request(snapshot, request_type, query).answer, LIMIT)
        )
        assert reply.is_ok or reply.serial == 0
