"""Rows that only the nodes know: exports, operating systems, storage providers."""

from typing import Any

import pytest

from ganeti_lite.errors import OpPrereqError
from ganeti_lite.query import NodeFailure

from .clusters import make_snapshot, plan, rows, values

EXPORTS = {
    ("node1", "export_list"): ["b.example.com", "a.example.com"],
    ("node2", "export_list"): [],
    ("node3", "export_list"): NodeFailure("No exports directory"),
}
NOOP = ["noop", "/os/noop", True, "", ["v10", "v2"], [["size", "of it"]], [5, 10], True]


def test_exports_by_node() -> None:
    """Each node's exports in its own order; none of a node without, a mark of one that failed or is offline."""
    assert rows(make_snapshot(), "export", "node export", EXPORTS) == [
        [[0, "node1.example.com"], [0, "b.example.com"]],
        [[0, "node1.example.com"], [0, "a.example.com"]],
        [[0, "node3.example.com"], [2, None]],
        [[0, "node4.example.com"], [4, None]],
    ]


def test_exports_of_named_nodes() -> None:
    """Nodes are looked up by name, and asked once however often they are named."""
    snapshot = make_snapshot()
    twice = ["|", ["==", "node", "node1"], ["==", "node", "node1"]]
    assert [call.node for call in plan(snapshot, "export", "export", twice).calls] == ["node1"]
    assert len(rows(snapshot, "export", "export", EXPORTS, twice)) == 4
    with pytest.raises(OpPrereqError, match="Node name nosuch not found"):
        plan(snapshot, "export", "export", ["==", "node", "nosuch"])


def test_exports_are_filtered_by_what_the_nodes_said() -> None:
    """A filter on the export's name applies to the answers."""
    found = rows(make_snapshot(), "export", "export", EXPORTS, ["=~", "export", "^a"])
    assert found == [[[0, "a.example.com"]]]


def test_exports_without_fields_make_no_call() -> None:
    """With no known field there is one row a node, and no call."""
    snapshot = make_snapshot()
    assert plan(snapshot, "export", "uuid").calls == ()
    assert rows(snapshot, "export", "uuid", {}) == [[[1, None]]] * 4


def os_answers(**by_node: Any) -> dict[tuple[str, str], object]:
    """Answers of ``os_diagnose``."""
    return {(node, "os_diagnose"): answer for node, answer in by_node.items()}


def test_operating_systems_in_common() -> None:
    """Of what differs between nodes, the operating system has what they have in common, sorted."""
    other = ["noop", "/os/noop", True, "", ["v2", "v10", "v3"], [["size", "of it"], ["x", "y"]], [10, 20], True]
    answers = os_answers(node1=[NOOP], node2=[other], node3=NodeFailure("down"))
    assert rows(make_snapshot(), "os", "name valid variants parameters api_versions trusted", answers) == [
        [[0, "noop"], [0, True], [0, ["v2", "v10"]], [0, [["size", "of it"]]], [0, [10]], [0, True]]
    ]


def test_operating_system_that_a_node_lacks_is_invalid() -> None:
    """One that is missing or broken on a node that answered is invalid."""
    broken = ["bad", "/os/bad", False, "no script", [], [], [], False]
    answers = os_answers(node1=[NOOP, broken], node2=[broken])
    assert rows(make_snapshot(), "os", "name valid trusted", answers) == [
        [[0, "bad"], [0, False], [0, False]],
        [[0, "noop"], [0, False], [0, True]],
    ]


def test_operating_system_knows_what_the_cluster_sets() -> None:
    """Hidden, refused, and the parameters that the cluster sets for any of its variants."""
    snapshot = make_snapshot(
        hidden_os=("noop",), blacklisted_os=("x",), osparams={"noop+v2": {"a": "b"}, "noopy": {}}, os_hvp={}
    )
    answers = os_answers(node1=[NOOP])
    assert rows(snapshot, "os", "hidden blacklisted osparams os_hvp", answers) == [
        [[0, True], [0, False], [0, {"noop+v2": {"a": "b"}}], [0, {}]]
    ]


def test_node_status_shows_every_definition() -> None:
    """Each node's definitions, less the name; none of a node that answered without it."""
    answers = os_answers(node1=[NOOP], node2=[])
    assert values(make_snapshot(), "os", "node_status", answers) == [[0, {"node1": [NOOP[1:]], "node2": []}]]


def test_malformed_definitions_are_no_answer() -> None:
    """A node whose answer has another form is as one that did not answer."""
    answers = os_answers(node1=[NOOP], node2=[["noop"]], node3="garbage")
    assert values(make_snapshot(), "os", "valid", answers) == [[0, True]]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (1, 5),
        (2, "yes"),
        (3, None),
        (4, 5),
        (4, [{}]),
        (4, [5]),
        (5, [5]),
        (5, [[]]),
        (5, [["a", 5]]),
        (6, ["x"]),
        (7, 1),
    ],
)
def test_one_malformed_member_makes_it_no_answer(place: int, value: object) -> None:
    """Whichever part of a definition is not as it should be, only that node's answer is lost, not the list."""
    odd = [*NOOP[:place], value, *NOOP[place + 1 :]]
    answers = os_answers(node1=[NOOP], node2=[odd], node3=[])
    fields = "name variants parameters api_versions trusted node_status"
    assert rows(make_snapshot(), "os", fields, answers) == rows(
        make_snapshot(), "os", fields, os_answers(node1=[NOOP], node3=[])
    )


@pytest.mark.parametrize("parameters", [5, [5], [[]], [["user"]], [[5, "who"]]])
def test_malformed_parameters_of_a_provider_are_no_answer(parameters: object) -> None:
    """The same goes for storage providers."""
    pool = ["pool", "/ext/pool", True, "", [["user", "who"]]]
    good: dict[tuple[str, str], object] = {("node1", "extstorage_diagnose"): [pool]}
    answers = {**good, ("node2", "extstorage_diagnose"): [[*pool[:4], parameters]]}
    fields = "name parameters node_status"
    assert rows(make_snapshot(), "extstorage", fields, answers) == rows(make_snapshot(), "extstorage", fields, good)


def test_filter_on_operating_systems() -> None:
    """Filters apply to them as to anything else."""
    answers = os_answers(node1=[NOOP, ["zeta", "/z", True, "", [], [], [10], True]])
    assert values(make_snapshot(), "os", "name", answers, ["=[]", "variants", "v2"]) == [[0, "noop"]]


def test_storage_providers() -> None:
    """Providers with their parameters, and for each group whether all its nodes have them."""
    pool = ["pool", "/ext/pool", True, "", [["user", "who"]]]
    answers = {("node1", "extstorage_diagnose"): [pool], ("node2", "extstorage_diagnose"): []}
    assert rows(make_snapshot(), "extstorage", "name parameters nodegroup_status", answers) == [
        [[0, "pool"], [0, [["user", "who"]]], [0, {"default": False}]]
    ]


def test_calls_go_to_nodes_that_may_run_instances() -> None:
    """All online nodes that may run instances are asked."""
    assert [call.node for call in plan(make_snapshot(), "os", "name").calls] == ["node1", "node2", "node3"]
    assert [call.method for call in plan(make_snapshot(), "extstorage", "name").calls] == ["extstorage_diagnose"] * 3
