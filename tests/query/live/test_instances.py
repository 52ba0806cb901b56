"""Instances: which nodes are asked, and what their answers make of status, memory and console."""

from typing import Any

import pytest
from attrs import evolve

from ganeti_lite.query import NodeFailure
from ganeti_lite.snapshot import EMPTY

from .clusters import NODES, instance_answers, make_instance, make_snapshot, plan, rows, running, values

NAME = "inst1.example.com"
SHUT_DOWN = running(state=1)
FAILED = NodeFailure("refused")

STATUSES = [
    # instance, cluster settings, answers by node, status
    ({}, {}, {"node1": {NAME: running()}}, "running"),
    ({"admin_state": "down"}, {}, {"node1": {NAME: running()}}, "ERROR_up"),
    ({"admin_state": "offline"}, {}, {"node1": {NAME: running()}}, "ERROR_up"),
    ({}, {}, {"node1": {}}, "ERROR_down"),
    ({"admin_state": "down"}, {}, {"node1": {}}, "ADMIN_down"),
    ({"admin_state": "offline"}, {}, {"node1": {}}, "ADMIN_offline"),
    ({}, {}, {"node1": FAILED}, "ERROR_nodedown"),
    ({}, {}, {"node1": "no object"}, "ERROR_nodedown"),
    ({}, {}, {}, "ERROR_nodedown"),
    ({}, {}, {"node1": {}, "node2": {NAME: running()}}, "ERROR_wrongnode"),
    ({}, {}, {"node1": FAILED, "node2": {NAME: running()}}, "ERROR_wrongnode"),
    ({"admin_state": "down"}, {}, {"node1": {}, "node2": {NAME: SHUT_DOWN}}, "ERROR_wrongnode"),
    ({}, {}, {"node1": {NAME: running()}, "node2": {NAME: running()}}, "running"),
    ({}, {}, {"node1": {NAME: SHUT_DOWN}}, "ERROR_down"),
    ({}, {"enabled_user_shutdown": True}, {"node1": {NAME: SHUT_DOWN}}, "USER_down"),
    ({"admin_state": "down"}, {"enabled_user_shutdown": True}, {"node1": {NAME: SHUT_DOWN}}, "ADMIN_down"),
    ({"admin_state": "offline"}, {}, {"node1": {NAME: SHUT_DOWN}}, "ADMIN_down"),
    ({"hypervisor": "kvm"}, {"enabled_user_shutdown": True}, {"node1": {NAME: SHUT_DOWN}}, "ERROR_down"),
    (
        {"hypervisor": "kvm", "hvparams": {"user_shutdown": True}},
        {"enabled_user_shutdown": True},
        {"node1": {NAME: SHUT_DOWN}},
        "USER_down",
    ),
    ({"admin_state": "down", "admin_state_source": "user"}, {}, {"node1": {}}, "ADMIN_down"),
    (
        {"admin_state": "down", "admin_state_source": "user"},
        {"enabled_user_shutdown": True},
        {"node1": {}},
        "USER_down",
    ),
    ({"primary_node": "node4"}, {}, {}, "ERROR_nodeoffline"),
    ({"primary_node": "node4"}, {}, {"node1": {NAME: running()}}, "ERROR_nodeoffline"),
]


@pytest.mark.parametrize(("instance", "settings", "answers", "status"), STATUSES)
def test_status(instance: dict[str, Any], settings: dict[str, Any], answers: dict[str, Any], status: str) -> None:
    """The first rule that applies decides the status, which is always there."""
    snapshot = make_snapshot(make_instance(1, **instance), **settings)
    assert values(snapshot, "instance", "status", instance_answers(**answers)) == [[0, status]]


@pytest.mark.parametrize(
    ("node", "answers", "cells"),
    [
        ("node1", {"node1": {NAME: running(64, 2)}}, [[0, True], [0, 64], [0, 2]]),
        ("node1", {"node1": {NAME: SHUT_DOWN}}, [[0, True], [0, 128], [0, 1]]),
        ("node1", {"node2": {NAME: running(32)}, "node1": {}}, [[0, True], [0, 32], [0, 1]]),
        ("node1", {"node1": {}}, [[0, False], [3, None], [3, None]]),
        ("node1", {"node1": FAILED}, [[2, None], [2, None], [2, None]]),
        ("node1", {}, [[2, None], [2, None], [2, None]]),
        ("node4", {}, [[2, None], [4, None], [4, None]]),
        ("gone", {"node1": {}}, [[2, None], [2, None], [2, None]]),
        (None, {"node1": {}}, [[0, False], [3, None], [3, None]]),
    ],
)
def test_reported_values(node: str | None, answers: dict[str, object], cells: list[list[object]]) -> None:
    """Running, memory and CPUs: what is reported; unavailable, no data or offline where nothing is."""
    snapshot = make_snapshot(make_instance(1, node))
    assert rows(snapshot, "instance", "oper_state oper_ram oper_vcpus", instance_answers(**answers)) == [cells]


def test_numbers_are_rounded() -> None:
    """A node may send fractions; whole numbers are answered."""
    snapshot = make_snapshot(make_instance(1))
    answers = instance_answers(node1={NAME: {"memory": 127.6, "vcpus": 2.0, "state": 0, "time": 1.5}})
    assert rows(snapshot, "instance", "oper_ram oper_vcpus", answers) == [[[0, 128], [0, 2]]]


@pytest.mark.parametrize(
    "report",
    [None, [], {}, {**running(), "more": 1}, {**running(), "memory": "much"}, {**running(), "state": 7}, {"memory": 1}],
)
def test_malformed_report_costs_one_instance(report: object) -> None:
    """One malformed instance in a node's answer leaves the node's others alone."""
    snapshot = make_snapshot(make_instance(1), make_instance(2))
    answers = instance_answers(node1={NAME: report, "inst2.example.com": running()})
    assert rows(snapshot, "instance", "status oper_ram", answers) == [
        [[0, "ERROR_nodedown"], [2, None]],
        [[0, "running"], [0, 128]],
    ]


def test_dangling_primary_has_no_status() -> None:
    """The status of an instance whose primary node does not exist has no data; the others are answered."""
    snapshot = make_snapshot(make_instance(1, "gone"), make_instance(2))
    answers = instance_answers(node1={"inst2.example.com": running()})
    assert values(snapshot, "instance", "status", answers) == [[2, None], [0, "running"]]


def test_config_fields_need_no_call() -> None:
    """A query of configured fields makes no call."""
    snapshot = make_snapshot(make_instance(1))
    assert plan(snapshot, "instance", "name pnode admin_state", ["==", "name", NAME]).calls == ()
    assert plan(snapshot, "node", "name pinst_cnt").calls == ()


def test_each_primary_that_has_a_row_is_asked_once() -> None:
    """Asked are the primaries of rows that the configuration lets through, each once, offline ones never."""
    snapshot = make_snapshot(
        make_instance(1, "node2"),
        make_instance(2, "node2"),
        make_instance(3, "node1", admin_state="down"),
        make_instance(4, "node4"),
        make_instance(5, "gone"),
    )
    assert [call.node for call in plan(snapshot, "instance", "status").calls] == ["node2", "node1"]
    only_up = ["&", ["==", "status", "running"], ["==", "admin_state", "up"]]
    assert [call.node for call in plan(snapshot, "instance", "name", only_up).calls] == ["node2"]
    named = ["|", ["==", "name", "inst3"]]
    assert [call.node for call in plan(snapshot, "instance", "oper_ram", named).calls] == ["node1"]


def test_arguments_name_the_hypervisors_of_the_rows() -> None:
    """The call names the hypervisors in question, with the cluster's parameters, the global ones included."""
    snapshot = make_snapshot(make_instance(1), make_instance(2, hypervisor="kvm", admin_state="down"))
    (call,) = plan(snapshot, "instance", "status", ["==", "admin_state", "up"]).calls
    assert (call.address, call.method) == ("127.0.0.1", "all_instances_info")
    assert call.arguments == (("fake",), {"fake": {"migration_mode": "live"}})
    (call,) = plan(snapshot, "instance", "status").calls
    arguments: Any = call.arguments
    hypervisors, parameters = arguments
    assert hypervisors == ("fake", "kvm")
    assert set(parameters) == {"fake", "kvm"}
    assert "migration_port" in parameters["kvm"]


def test_node_of_an_unknown_group_is_not_asked() -> None:
    """A node whose group does not exist is not asked; its instances are on a node that does not answer."""
    lost = make_snapshot(make_instance(1), nodes=tuple(evolve(node, group="gone") for node in NODES))
    assert plan(lost, "instance", "status").calls == ()
    assert rows(lost, "instance", "status oper_state", {}) == [[[0, "ERROR_nodedown"], [2, None]]]


@pytest.mark.parametrize("operands", [0, 1])
def test_filter_on_status_returns_what_it_says(operands: int) -> None:
    """``status == running`` returns running instances only, whichever operand comes first."""
    snapshot = make_snapshot(make_instance(1), make_instance(2), make_instance(3, "node2"), make_instance(4, "node4"))
    answers = instance_answers(node1={NAME: running()}, node2=FAILED)
    conditions = [["==", "status", "running"], ["==", "admin_state", "up"]]
    qfilter = ["&", conditions[operands], conditions[1 - operands]]
    assert values(snapshot, "instance", "name", answers, qfilter) == [[0, NAME]]


def test_filter_on_missing_memory_is_not_met_and_its_negation_is() -> None:
    """A condition on memory that nobody told is not met."""
    snapshot = make_snapshot(make_instance(1), make_instance(2, "node2"))
    answers = instance_answers(node1={NAME: running(64)}, node2=FAILED)
    assert values(snapshot, "instance", "name", answers, [">", "oper_ram", 1]) == [[0, NAME]]
    assert values(snapshot, "instance", "name", answers, ["!", [">", "oper_ram", 100]]) == [
        [0, NAME],
        [0, "inst2.example.com"],
    ]


def test_console() -> None:
    """The console is what the node describes, without its nulls; no data where it is not described."""
    snapshot = make_snapshot(make_instance(1), make_instance(2), make_instance(3, "node2"), make_instance(4, "node4"))
    consoles = {NAME: {"instance": NAME, "kind": "ssh", "host": "h", "port": None, "command": ["a", "b"]}}
    answers = {
        ("node1", "all_instances_info"): {NAME: running()},
        ("node2", "all_instances_info"): FAILED,
        ("node1", "instance_console_info"): consoles,
    }
    assert values(snapshot, "instance", "console", answers) == [
        [0, {"instance": NAME, "kind": "ssh", "host": "h", "command": ["a", "b"]}],
        [2, None],
        [2, None],
        [4, None],
    ]


@pytest.mark.parametrize(
    "odd", [{"kind": 5}, {"host": ["h"]}, {"port": "22"}, {"command": "ssh"}, {"command": [1]}, {"message": {"a": []}}]
)
def test_malformed_console_is_no_data(odd: dict[str, object]) -> None:
    """Whatever a node puts where a text, a number or a command belongs, it is not passed on."""
    answers = {
        ("node1", "all_instances_info"): {NAME: running()},
        ("node1", "instance_console_info"): {NAME: {"instance": NAME, "kind": "ssh", **odd}},
    }
    assert values(make_snapshot(make_instance(1)), "instance", "console", answers) == [[2, None]]


def test_console_is_asked_for_with_all_that_it_needs() -> None:
    """The call for consoles describes instance, node and group as stored, and the parameters in force."""
    snapshot = make_snapshot(make_instance(1, hvparams={"x": 1}, beparams={"vcpus": 3}))
    calls = plan(snapshot, "instance", "console").calls
    assert [call.method for call in calls] == ["all_instances_info", "instance_console_info"]
    arguments: Any = calls[1].arguments
    (name, described), *others = arguments.items()
    assert (name, others) == (NAME, [])
    assert set(described) == {"instance", "node", "group", "hvParams", "beParams"}
    assert described["instance"]["name"] == NAME
    assert "forthcoming" not in described["instance"]
    assert "network_port" not in described["instance"]
    assert described["hvParams"] == {"migration_mode": "live", "x": 1}
    assert described["beParams"]["vcpus"] == 3
    assert described["instance"]["osparams"] == EMPTY
